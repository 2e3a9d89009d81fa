import { broadcast, constant, literal, reshape } from '../../../tensor/operations/index.ts'
import { sizeOf } from '../../../tensor/shape.ts'
import type { Operator } from '../node.ts'
import { shapeOf, viewOf } from '../view.ts'
import { literalOf } from '../weights.ts'

const shapeNumbers: Operator = (node) => {
  const shape = shapeOf(node.input(0))
  const end = node.int('end', shape.length)
  const part = shape.slice(node.int('start', 0), end)
  return viewOf(literal(part, [part.length], 'i32'))
}

const filled: Operator = (node) => {
  const shape = node.extents(0)
  const value = node.stored('value')
  return viewOf(broadcast(value === null ? constant(0) : reshape(literalOf(value), []), shape))
}

/** Numbers from one on in even steps. */
const counted: Operator = (node) => {
  const [start, limit, step] = [0, 1, 2].map((index) => node.numbers(index)[0])
  const count = Math.max(0, Math.ceil((limit - start) / step))
  const { dtype } = node.input(0).tensor
  return viewOf(
    literal(
      node.upTo(count).map((index) => start + index * step),
      [count],
      dtype,
    ),
  )
}

/** The product of a list of extents. */
const counting: Operator = (node) => {
  if (node.input(0).order.length > 1) throw node.error('is known here for lists of extents only')
  const product = node.numbers(0).reduce((a, b) => a * b, 1)
  return viewOf(literal([product], node.int('keepdims', 1) === 1 ? [1] : [], node.input(0).tensor.dtype))
}

/** The forms of a constant that are no tensor; those that are one are read with the weights. */
const constantOf: Operator = (node) => {
  const floats = node.floats('value_floats')
  const whole = node.ints('value_ints')
  if (floats !== null) return viewOf(literal(floats))
  if (whole !== null) return viewOf(literal(whole, [whole.length], 'i32'))
  const float = node.float('value_float', NaN)
  if (!Number.isNaN(float)) return viewOf(constant(float))
  return viewOf(constant(node.int('value_int'), 'i32'))
}

/** What is known without computing: constants, extents and what is counted out of them. */
export const numbers: Readonly<Record<string, Operator>> = {
  Constant: constantOf,
  ConstantOfShape: filled,
  Range: counted,
  ReduceProd: counting,
  Shape: shapeNumbers,
  Size: (node) => viewOf(constant(sizeOf(node.input(0).tensor.shape), 'i32')),
}
