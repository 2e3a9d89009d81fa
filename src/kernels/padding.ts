import { overInputs, topological } from '../tensor/graph.ts'
import { convolve, pad, reshape, transpose } from '../tensor/operations/index.ts'
import { reachOf } from '../tensor/reach.ts'
import { atPath, isKind } from '../tensor/tensor.ts'
import type { Convolution, Tensor } from '../tensor/tensor.ts'

/** Widths of the zeros around an array, per axis. */
interface Padding {
  readonly before: number[]
  readonly after: number[]
}

/** An array that a convolution sees, under moves that keep its axes apart: which axis of it each axis of the view is. */
interface Seen {
  readonly base: Tensor
  /** The axis of `base`, or null for an axis of size 1 that it does not have. */
  readonly axes: readonly (number | null)[]
}

/**
 * Rewrites convolutions that read outside of their images: the images are padded with zeros, as widely as all users of the same array
 * need, so that it is written once, with its padding, for the convolution and its gradients.
 */
export function padImages(outputs: readonly Tensor[]): Tensor[] {
  const order = topological(outputs)
  const paddings = new Map<Tensor, Padding>()
  for (const tensor of order) {
    if (!isKind(tensor, 'convolve')) continue
    const { base, axes } = seen(tensor.inputs[0])
    const { before, after } = paddings.get(base) ?? { before: base.shape.map(() => 0), after: base.shape.map(() => 0) }
    for (const direction of [0, 1] as const) {
      const axis = axes[2 + direction]
      if (axis === null) throw new Error('a convolution over an axis that is not there')
      const { first, last } = reachOf(tensor.primitive, tensor.inputs[1], direction)
      before[axis] = Math.max(before[axis], -first)
      after[axis] = Math.max(after[axis], last + 1 - base.shape[axis])
    }
    paddings.set(base, { before, after })
  }
  if (paddings.size === 0) return [...outputs]

  const renewed = new Map<Tensor, Tensor>()
  const padded = new Map<Tensor, Tensor>()
  const now = (tensor: Tensor) => renewed.get(tensor) ?? tensor
  for (const tensor of order) {
    const inputs = tensor.inputs.map(now)
    renewed.set(tensor, overInputs(tensor, inputs))
    if (!isKind(tensor, 'convolve')) continue
    const [x] = tensor.inputs
    const { base, axes } = seen(x)
    const { before, after } = paddings.get(base) ?? { before: [], after: [] }
    if ([...before, ...after].every((width) => width === 0)) continue
    const around = padded.get(base) ?? atPath(tensor.path, () => pad(now(base), before, after))
    padded.set(base, around)
    const { offset } = tensor.primitive
    const shifted = offset.map((start, direction) => start + before[axes[2 + direction] ?? 0])
    const walk: Convolution = { ...tensor.primitive, offset: [shifted[0], shifted[1]] }
    renewed.set(
      tensor,
      atPath(tensor.path, () => convolve(moved(x, base, around), inputs[1], walk)),
    )
  }
  return outputs.map(now)
}

/** Follows transposes, and reshapes that only add or drop axes of size 1 elsewhere than where convolutions walk. */
function seen(x: Tensor): Seen {
  let base = x
  let axes: (number | null)[] = x.shape.map((_, axis) => axis)
  for (;;) {
    if (isKind(base, 'transpose')) {
      const { permutation } = base.primitive
      axes = axes.map((axis) => (axis === null ? null : permutation[axis]))
      base = base.inputs[0]
      continue
    }
    const kept = isKind(base, 'reshape') ? axesKept(base) : null
    const isFollowed = kept !== null && [axes[2], axes[3]].every((axis) => axis !== null && kept[axis] !== null)
    if (!isFollowed) return { base, axes }
    axes = axes.map((axis) => (axis === null ? null : kept[axis]))
    base = base.inputs[0]
  }
}

/** For each axis of a reshape that one of its input that it is, or null where it is new and of size 1; null for other reshapes. */
function axesKept({ shape, inputs: [x] }: Tensor<'reshape'>): (number | null)[] | null {
  const wide = x.shape.flatMap((extent, axis) => (extent === 1 ? [] : [axis]))
  let next = 0
  const kept = shape.map((extent) => (extent === 1 ? null : (wide[next++] ?? -1)))
  const isSame = next === wide.length && kept.every((axis, index) => axis === null || x.shape[axis] === shape[index])
  return isSame ? kept : null
}

/** The moves from `base` to `x`, done to a padded base. */
function moved(x: Tensor, base: Tensor, around: Tensor): Tensor {
  if (x === base) return around
  const input = moved(x.inputs[0], base, around)
  if (isKind(x, 'transpose')) return transpose(input, x.primitive.permutation)
  const kept = isKind(x, 'reshape') ? axesKept(x) : null
  if (kept === null) throw new Error('a move that was not followed')
  return reshape(
    input,
    kept.map((axis) => (axis === null ? 1 : input.shape[axis])),
  )
}
