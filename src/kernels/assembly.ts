import { sizeOf, stridesOf } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Delivery, Place } from './build.ts'
import type { Block } from './nest.ts'
import { rootsOf } from './schedule.ts'
import type { Group } from './schedule.ts'
import { isView, reshapeStrides, squeeze } from './view.ts'

/** A part that its kernel cannot write where it is to stand, so that it is copied there. */
export interface Copy {
  readonly part: Tensor
  readonly to: Delivery
}

/** How wholes (concatenations and paddings) come to stand in memory. */
export interface Assemblies {
  /** What a tensor's kernel writes into wholes, beside its own place if it has one. */
  readonly deliveries: ReadonlyMap<Tensor, readonly Delivery[]>
  readonly copies: ReadonlyMap<Tensor, readonly Copy[]>
}

type Whole = Tensor<'concat'> | Tensor<'pad'>

export const isWhole = (tensor: Tensor): tensor is Whole => isKind(tensor, 'concat') || isKind(tensor, 'pad')

/**
 * Decides where wholes stand, so that their parts are computed right there as far as possible: a part that is a run of the whole lies
 * there altogether; into others their kernels write as well as, or instead of, into a place of their own. Only what is left is
 * copied. `places` receives the places of wholes and of parts that lie in them.
 * @param kept tensors that somebody outside reads.
 */
export function assemble(
  groups: readonly Group[],
  homes: ReadonlyMap<Tensor, Group>,
  places: Map<Tensor, Place>,
  kept: ReadonlySet<Tensor>,
  newBlock: (whole: Tensor, isZeroed: boolean) => Block,
): Assemblies {
  const uses = usesOfRoots(groups, homes)
  const deliveries = new Map<Tensor, Delivery[]>()
  const copies = new Map<Tensor, Copy[]>()
  /** Wholes that are parts of others, and stand in them with gaps. */
  const inside = new Map<Tensor, Delivery>()

  const canStandInside = (tensor: Tensor): boolean =>
    isKind(tensor, 'concat') && !places.has(tensor) && !kept.has(tensor) && uses.get(tensor) === 1
  const deliver = (whole: Whole, part: Tensor, at: Delivery): void => {
    const { tensor, strides } = unmoved(part, at.strides)
    const to = { ...at, strides }
    const group = homes.get(tensor)
    const isMade = group !== undefined && !places.has(tensor) && !isView(tensor)
    if (canStandInside(tensor)) {
      inside.set(tensor, to)
    } else if (isMade && isDense(tensor, strides) && !isKind(tensor, 'pad')) {
      places.set(tensor, { block: at.block, offset: at.offset })
    } else if (group !== undefined && writesAnywhere(group) && endsInARow(tensor, strides)) {
      deliveries.set(tensor, [...(deliveries.get(tensor) ?? []), to])
    } else {
      copies.set(whole, [...(copies.get(whole) ?? []), { part, to: at }])
    }
  }

  // Readers first, so that a whole knows whether it stands in another.
  for (const whole of groups.flatMap(({ members }) => members.filter(isWhole)).toReversed()) {
    const at = inside.get(whole) ?? ownPlace(whole, places, newBlock)
    for (const { part, delivery } of partsOf(whole, at)) deliver(whole, part, delivery)
  }
  return { deliveries, copies }
}

/** How often each root is read, once for every input that sees it. */
function usesOfRoots(groups: readonly Group[], homes: ReadonlyMap<Tensor, Group>): Map<Tensor, number> {
  const uses = new Map<Tensor, number>()
  for (const input of groups.flatMap(({ members }) => members.flatMap(({ inputs }) => inputs))) {
    for (const root of rootsOf([input], homes)) uses.set(root, (uses.get(root) ?? 0) + 1)
  }
  return uses
}

function ownPlace(
  whole: Whole,
  places: Map<Tensor, Place>,
  newBlock: (whole: Tensor, isZeroed: boolean) => Block,
): Delivery {
  // Around what is padded nobody ever writes: there the zeros stay with which the memory begins.
  const place = places.get(whole) ?? { block: newBlock(whole, isKind(whole, 'pad')), offset: 0 }
  places.set(whole, place)
  return { ...place, strides: stridesOf(whole.shape) }
}

function partsOf(whole: Whole, { block, offset, strides }: Delivery): { part: Tensor; delivery: Delivery }[] {
  if (isKind(whole, 'pad')) {
    const inner = whole.primitive.before.reduce((sum, before, axis) => sum + before * strides[axis], offset)
    return [{ part: whole.inputs[0], delivery: { block, offset: inner, strides } }]
  }
  const { axis } = whole.primitive
  let start = offset
  return whole.inputs.map((part) => {
    const delivery = { block, offset: start, strides }
    start += part.shape[axis] * strides[axis]
    return { part, delivery }
  })
}

/** Follows moves back to what they move: where its elements have to stand for the moved ones to stand as they should. */
function unmoved(part: Tensor, at: readonly number[]): { tensor: Tensor; strides: readonly number[] } {
  let [tensor, strides] = [part, at]
  for (;;) {
    const [input] = tensor.inputs
    if (isKind(tensor, 'transpose')) {
      const { permutation } = tensor.primitive
      const moved = strides
      strides = permutation.map((_, axis) => moved[permutation.indexOf(axis)])
      tensor = input
      continue
    }
    const reshaped = isKind(tensor, 'reshape') ? reshapeStrides(tensor.shape, strides, input.shape) : null
    if (reshaped === null) return { tensor, strides }
    strides = reshaped
    tensor = input
  }
}

const isDense = ({ shape }: Tensor, strides: readonly number[]): boolean => {
  const dense = stridesOf(shape)
  return shape.every((extent, axis) => extent === 1 || strides[axis] === dense[axis])
}

/** Kernels that store each element wherever it is to go. */
const writesAnywhere = ({ anchor, members }: Group): boolean =>
  anchor === null
    ? members.every((member) => isKind(member, 'elementwise'))
    : isKind(anchor, 'matmul') || isKind(anchor, 'convolve')

/** Whether vectors can be stored: elements that are far apart are better copied. */
function endsInARow({ shape }: Tensor, strides: readonly number[]): boolean {
  const wide = strides.filter((_, axis) => shape[axis] !== 1)
  return wide.length === 0 || wide[wide.length - 1] === 1 || sizeOf(squeeze(shape)) < 256
}
