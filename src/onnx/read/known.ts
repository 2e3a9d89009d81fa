import { topological } from '../../tensor/graph.ts'
import { constant, literal } from '../../tensor/operations/index.ts'
import { evaluate } from '../../tensor/rules/reference.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { isKind } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { plain, viewOf } from './view.ts'
import type { View } from './view.ts'

/** Numbers up to this count are computed while a model is read: enough for all arithmetic on shapes. */
const mostNumbers = 4096

/** A value's numbers where they are known while the model is read, else null. */
export function knownNumbers({ tensor, order }: View): readonly number[] | null {
  if (isKind(tensor, 'literal') && order.every((axis, place) => axis === place)) return tensor.primitive.values
  return isKind(tensor, 'constant') ? [tensor.primitive.value] : null
}

/**
 * A value that was made of known ones alone, as numbers: so what exporters compute from shapes is known before anything
 * runs. Values that are too large stay as they are.
 */
export function folded(view: View): View {
  const tensor = plain(view)
  if (sizeOf(tensor.shape) > mostNumbers) return view
  const order = topological([tensor])
  if (order.some(({ shape }) => sizeOf(shape) > mostNumbers)) return view
  const values = new Map<Tensor, Float64Array>()
  const valuesOf = (one: Tensor): Float64Array => values.get(one) ?? new Float64Array()
  for (const one of order) values.set(one, evaluate(one, one.inputs.map(valuesOf)))
  const numbers = valuesOf(tensor)
  const { shape, dtype } = tensor
  return viewOf(shape.length === 0 ? constant(numbers[0], dtype) : literal([...numbers], shape, dtype))
}
