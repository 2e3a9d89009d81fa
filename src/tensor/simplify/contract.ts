import { broadcast, maximum, mul, neg, reshape, sum } from '../operations/index.ts'
import { isKind } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'
import { isFunction, isUniform, uniform, uniformValue } from './match.ts'
import type { Rule } from './match.ts'

const reduced = (like: Tensor<'reduce'>, x: Tensor, axes: readonly number[]): Tensor =>
  (like.primitive.name === 'sum' ? sum : maximum)(x, { axes })

const overAxesOfSizeOne: Rule<'reduce'> = (tensor) => {
  const {
    primitive: { axes },
    inputs: [x],
    shape,
  } = tensor
  const long = axes.filter((axis) => x.shape[axis] !== 1)
  return long.length === axes.length ? null : reshape(reduced(tensor, x, long), shape)
}

const ofSameReduce: Rule<'reduce'> = (tensor) => {
  const {
    primitive: { name, axes },
    inputs: [inner],
  } = tensor
  if (!isKind(inner, 'reduce') || inner.primitive.name !== name) return null
  const [x] = inner.inputs
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !inner.primitive.axes.includes(axis))
  return reduced(tensor, x, [...inner.primitive.axes, ...axes.map((axis) => kept[axis])])
}

/** Repeated elements are counted instead of being added; those that stay are repeated afterwards. */
const ofBroadcast: Rule<'reduce'> = (tensor) => {
  const {
    primitive: { name, axes },
    inputs: [wide],
    shape,
  } = tensor
  if (!isKind(wide, 'broadcast')) return null
  const [x] = wide.inputs
  const added = wide.shape.length - x.shape.length
  const own = axes.map((axis) => axis - added).filter((axis) => axis >= 0)
  const small = reduced(tensor, x, own)
  if (name === 'max') return broadcast(small, shape)
  const repeated = axes.filter((axis) => axis < added || x.shape[axis - added] !== wide.shape[axis])
  return broadcast(
    mul(
      small,
      repeated.reduce((count, axis) => count * wide.shape[axis], 1),
    ),
    shape,
  )
}

/** Factors and signs that are the same everywhere are applied to the sum. */
const ofScaled: Rule<'reduce'> = ({ primitive: { name, axes }, inputs: [x] }) => {
  if (name !== 'sum') return null
  if (isFunction(x, 'neg')) return neg(sum(x.inputs[0], { axes }))
  const factor = isFunction(x, 'mul') ? uniformValue(x.inputs[1]) : null
  return factor === null ? null : mul(sum(x.inputs[0], { axes }), factor)
}

/** Zeros around add nothing. */
const ofPad: Rule<'reduce'> = ({ primitive: { name, axes }, inputs: [x] }) => {
  if (name !== 'sum' || !isKind(x, 'pad')) return null
  const { before, after } = x.primitive
  return before.every((width, axis) => axes.includes(axis) || width + after[axis] === 0)
    ? sum(x.inputs[0], { axes })
    : null
}

export const reduceSimplifications: readonly Rule<'reduce'>[] = [
  overAxesOfSizeOne,
  ofSameReduce,
  ofBroadcast,
  ofScaled,
  ofPad,
]

export const matmulSimplifications: readonly Rule<'matmul'>[] = [
  (tensor) => (tensor.inputs.some((input) => isUniform(input, 0)) ? uniform(0, tensor) : null),
  // An outer product.
  ({ inputs: [a, b], shape }) => (a.shape.at(-1) === 1 ? mul(broadcast(a, shape), broadcast(b, shape)) : null),
]
