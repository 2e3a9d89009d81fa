import { UserError } from '../tensor/errors.ts'
import { topological } from '../tensor/graph.ts'
import { evaluate } from '../tensor/rules/reference.ts'
import { sizeOf } from '../tensor/shape.ts'
import { showShape } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The numbers of `outputs` (row-major; booleans as 0 and 1) by plain loops in float64: slow, obvious, the oracle that
 * compiled programs are tested against.
 * @param feeds values of the input tensors, row-major.
 */
export function interpret(outputs: readonly Tensor[], feeds: ReadonlyMap<Tensor, ArrayLike<number>>): Float64Array[] {
  const values = new Map<Tensor, Float64Array>()
  for (const [tensor, numbers] of feeds) values.set(tensor, fed(tensor, numbers))
  const valueOf = (tensor: Tensor): Float64Array => {
    const known = values.get(tensor)
    if (known !== undefined) return known
    const value = evaluate(tensor, tensor.inputs.map(valueOf))
    values.set(tensor, value)
    return value
  }
  // Inputs come before users, so that valueOf never goes deep.
  topological(outputs).forEach(valueOf)
  return outputs.map(valueOf)
}

function fed(tensor: Tensor, numbers: ArrayLike<number>): Float64Array {
  if (numbers.length === sizeOf(tensor.shape)) return Float64Array.from(numbers)
  const name =
    tensor.primitive.kind === 'input' ? `The input '${tensor.primitive.name}'` : `The ${tensor.primitive.kind}`
  throw new UserError(
    `${name} of shape ${showShape(tensor.shape)} is fed ${numbers.length} numbers; it takes ${sizeOf(tensor.shape)}.`,
  )
}
