import { broadcast, concat, pad, reshape, slice, transpose } from '../operations/index.ts'
import { sameShape, sizeOf } from '../shape.ts'
import { isKind } from '../tensor.ts'
import type { Shape, Tensor } from '../tensor.ts'
import { isUniform, sameUniform, uniform } from './match.ts'
import type { Rule } from './match.ts'

export const reshapeSimplifications: readonly Rule<'reshape'>[] = [
  sameUniform,
  ({ inputs: [x], shape }) => (isKind(x, 'reshape') ? reshape(x.inputs[0], shape) : null),
]

export const transposeSimplifications: readonly Rule<'transpose'>[] = [
  sameUniform,
  ({ primitive: { permutation }, inputs: [x] }) =>
    isKind(x, 'transpose')
      ? transpose(
          x.inputs[0],
          permutation.map((axis) => x.primitive.permutation[axis]),
        )
      : null,
  // Where only axes of size 1 move, no element does.
  ({ primitive: { permutation }, inputs: [x], shape }) => {
    const moving = permutation.filter((axis) => x.shape[axis] !== 1)
    return moving.every((axis, i) => i === 0 || moving[i - 1] < axis) ? reshape(x, shape) : null
  },
]

const withoutLeadingOnes = (shape: Shape): Shape => {
  const first = shape.findIndex((extent) => extent !== 1)
  return first < 0 ? [] : shape.slice(first)
}

export const broadcastSimplifications: readonly Rule<'broadcast'>[] = [
  // Not constants, which keep the one form that uniformValue knows.
  ({ inputs: [x], shape }) => (sizeOf(x.shape) === sizeOf(shape) && !isKind(x, 'constant') ? reshape(x, shape) : null),
  ({ inputs: [x], shape }) => (isKind(x, 'broadcast') ? broadcast(x.inputs[0], shape) : null),
  // Axes of size 1 in front come by themselves.
  ({ inputs: [x], shape }) => {
    if (!isKind(x, 'reshape')) return null
    const [source] = x.inputs
    const alike = sameShape(withoutLeadingOnes(source.shape), withoutLeadingOnes(x.shape))
    return alike && source.shape.length <= shape.length ? broadcast(source, shape) : null
  },
]

/** The part of a concatenation in which a slice lies. */
const sliceOfPart: Rule<'slice'> = ({ primitive: { start }, inputs: [x], shape }) => {
  if (!isKind(x, 'concat')) return null
  const { axis } = x.primitive
  let first = 0
  for (const part of x.inputs) {
    const end = first + part.shape[axis]
    if (start[axis] >= first && start[axis] + shape[axis] <= end) {
      return slice(
        part,
        start.map((from, other) => (other === axis ? from - first : from)),
        shape,
      )
    }
    first = end
  }
  return null
}

/** A slice that sees only what was padded, or only the zeros around it. */
const sliceOfPad: Rule<'slice'> = (tensor) => {
  const {
    primitive: { start },
    inputs: [x],
    shape,
  } = tensor
  if (!isKind(x, 'pad')) return null
  const [source] = x.inputs
  const from = start.map((first, axis) => first - x.primitive.before[axis])
  if (from.every((first, axis) => first >= 0 && first + shape[axis] <= source.shape[axis]))
    return slice(source, from, shape)
  const misses = from.some((first, axis) => first + shape[axis] <= 0 || first >= source.shape[axis])
  return misses ? uniform(0, tensor) : null
}

/** Repeated last rather than first, so that rules behind the slice see it. */
const sliceOfBroadcast: Rule<'slice'> = ({ primitive: { start }, inputs: [x], shape }) => {
  if (!isKind(x, 'broadcast')) return null
  const [source] = x.inputs
  const added = shape.length - source.shape.length
  const whole = source.shape.map((extent) => extent === 1)
  const from = whole.map((repeated, axis) => (repeated ? 0 : start[axis + added]))
  return broadcast(
    slice(
      source,
      from,
      whole.map((repeated, axis) => (repeated ? 1 : shape[axis + added])),
    ),
    shape,
  )
}

export const sliceSimplifications: readonly Rule<'slice'>[] = [
  sameUniform,
  ({ primitive: { start }, inputs: [x], shape }) =>
    isKind(x, 'slice')
      ? slice(
          x.inputs[0],
          start.map((first, axis) => first + x.primitive.start[axis]),
          shape,
        )
      : null,
  sliceOfPart,
  sliceOfPad,
  sliceOfBroadcast,
]

const sumOf = (a: readonly number[], b: readonly number[]): number[] => a.map((value, axis) => value + b[axis])

export const padSimplifications: readonly Rule<'pad'>[] = [
  (tensor) => (isUniform(tensor.inputs[0], 0) ? uniform(0, tensor) : null),
  ({ primitive: { before, after }, inputs: [x] }) =>
    isKind(x, 'pad') ? pad(x.inputs[0], sumOf(before, x.primitive.before), sumOf(after, x.primitive.after)) : null,
]

/** The slice that two neighbouring slices of one tensor make together. */
function joinedSlices(a: Tensor, b: Tensor, axis: number): Tensor | null {
  if (!isKind(a, 'slice') || !isKind(b, 'slice') || a.inputs[0] !== b.inputs[0]) return null
  const next = a.primitive.start.map((first, other) => (other === axis ? first + a.shape[axis] : first))
  if (!sameShape(next, b.primitive.start)) return null
  return slice(
    a.inputs[0],
    a.primitive.start,
    a.shape.map((extent, other) => (other === axis ? extent + b.shape[axis] : extent)),
  )
}

/** The parts with every two neighbours joined that can be. */
function joinedParts(parts: readonly Tensor[], axis: number): Tensor[] {
  const done: Tensor[] = []
  for (const part of parts) {
    const last = done.at(-1)
    const joined = last === undefined ? null : joinedSlices(last, part, axis)
    if (joined === null) done.push(part)
    else done[done.length - 1] = joined
  }
  return done
}

export const concatSimplifications: readonly Rule<'concat'>[] = [
  sameUniform,
  ({ primitive: { axis }, inputs }) => {
    const parts = inputs.flatMap((part) =>
      isKind(part, 'concat') && part.primitive.axis === axis ? part.inputs : [part],
    )
    const joined = joinedParts(parts, axis)
    return joined.length === inputs.length ? null : concat(joined, axis)
  },
]
