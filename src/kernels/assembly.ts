import { broadcast, constant, transpose } from '../tensor/operations/index.ts'
import { range, sizeOf, stridesOf } from '../tensor/shape.ts'
import { atPath, isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Place } from './build.ts'
import type { Block } from './nest.ts'
import { rootsOf } from './schedule.ts'
import type { Group } from './schedule.ts'
import { addUse, isReadableAt } from './uses.ts'
import type { Uses } from './uses.ts'
import { isDense, isView, reshapeStrides, squeeze, unmoved } from './view.ts'

/** What is copied into a whole: a part that its kernel cannot write where it is to stand, or zeros around it. */
export interface Copy {
  readonly part: Tensor
  readonly to: readonly Place[]
}

/** How wholes come to stand in memory. */
export interface Assemblies {
  /** What a tensor's kernel writes into wholes, beside its own place if it has one. */
  readonly deliveries: ReadonlyMap<Tensor, readonly Place[]>
  readonly copies: ReadonlyMap<Tensor, readonly Copy[]>
}

/** Concatenations, paddings, and what is reshaped into an order in which it stands nowhere. */
type Whole = Tensor<'concat'> | Tensor<'pad'> | Tensor<'reshape'>

export const isWhole = (tensor: Tensor): tensor is Whole =>
  isKind(tensor, 'concat') || isKind(tensor, 'pad') || (isKind(tensor, 'reshape') && !isView(tensor))

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
  uses: Uses,
  newBlock: (whole: Tensor) => Block,
): Assemblies {
  const useCounts = countUses(groups, homes)
  const deliveries = new Map<Tensor, Place[]>()
  const copies = new Map<Tensor, Copy[]>()
  /** Wholes that are parts of others, and stand in them with gaps. */
  const inside = new Map<Tensor, Place>()
  /** Where what is delivered could be read as well. */
  const readable = new Map<Tensor, Place>()

  const canStandInside = (tensor: Tensor): boolean =>
    isKind(tensor, 'concat') && !places.has(tensor) && !kept.has(tensor) && useCounts.get(tensor) === 1
  const deliver = (whole: Whole, seen: Tensor, at: Place): void => {
    const { tensor, strides } = unmoved(seen, at.strides)
    const to = { ...at, strides }
    const group = homes.get(tensor)
    const isMade = group !== undefined && !places.has(tensor) && !isView(tensor)
    if (canStandInside(tensor)) {
      inside.set(tensor, to)
    } else if (isMade && isDense(tensor, strides) && !isKind(tensor, 'pad')) {
      places.set(tensor, to)
    } else if (group !== undefined && writesAnywhere(group) && endsInARow(tensor, strides)) {
      deliveries.set(tensor, [...(deliveries.get(tensor) ?? []), to])
      if (!isKind(whole, 'concat') && !readable.has(tensor)) readable.set(tensor, to)
    } else {
      // In the order in which it is to stand, so that whole vectors are written.
      const axes = range(strides.length).toSorted((i, j) => strides[j] - strides[i])
      const part = atPath(tensor.path, () => transpose(tensor, axes))
      const copy = { part, to: [{ ...to, strides: axes.map((axis) => strides[axis]) }] }
      copies.set(whole, [...(copies.get(whole) ?? []), copy])
      addUse(uses, homes, tensor, null)
    }
  }

  // Readers first, so that a whole knows whether it stands in another, or whether anybody reads it at all.
  for (const whole of groups.flatMap(({ members }) => members.filter(isWhole)).toReversed()) {
    if (isKind(whole, 'reshape') && !uses.has(whole) && !places.has(whole)) continue
    const at = inside.get(whole) ?? ownPlace(whole, places, newBlock)
    if (isKind(whole, 'pad')) copies.set(whole, zerosAround(whole, at))
    for (const { part, place } of partsOf(whole, at)) deliver(whole, part, place)
  }
  for (const [tensor, place] of readable) {
    if (places.has(tensor) || !uses.has(tensor) || !isReadableAt(tensor, place, uses, homes)) continue
    places.set(tensor, place)
    deliveries.set(tensor, deliveries.get(tensor)?.filter((other) => other !== place) ?? [])
  }
  return { deliveries, copies }
}

/** How often each root is used, once for every input that sees it. */
function countUses(groups: readonly Group[], homes: ReadonlyMap<Tensor, Group>): Map<Tensor, number> {
  const counts = new Map<Tensor, number>()
  for (const input of groups.flatMap(({ members }) => members.flatMap(({ inputs }) => inputs))) {
    for (const root of rootsOf([input], homes)) counts.set(root, (counts.get(root) ?? 0) + 1)
  }
  return counts
}

function ownPlace(whole: Whole, places: Map<Tensor, Place>, newBlock: (whole: Tensor) => Block): Place {
  const place = places.get(whole) ?? { block: newBlock(whole), offset: 0, strides: stridesOf(whole.shape) }
  places.set(whole, place)
  return place
}

interface Part {
  readonly part: Tensor
  readonly place: Place
}

function partsOf(whole: Whole, at: Place): Part[] {
  if (isKind(whole, 'pad')) {
    const { before } = whole.primitive
    return [{ part: whole.inputs[0], place: { ...at, offset: inner(at, before) } }]
  }
  if (isKind(whole, 'reshape')) {
    const [part] = whole.inputs
    const strides = reshapeStrides(whole.shape, at.strides, part.shape)
    if (strides === null) throw new Error('a reshaped array that does not stand in a row')
    return [{ part, place: { ...at, strides } }]
  }
  const { axis } = whole.primitive
  let start = at.offset
  return whole.inputs.map((part) => {
    const place = { ...at, offset: start }
    start += part.shape[axis] * at.strides[axis]
    return { part, place }
  })
}

/** The place of the element at `index`. */
const inner = ({ offset, strides }: Place, index: readonly number[]): number =>
  index.reduce((sum, along, axis) => sum + along * strides[axis], offset)

/** The zeros of a padding: at both ends of every axis, along what is inside of the axes before it and all of those behind it. */
function zerosAround(
  { primitive: { before, after }, inputs: [x], shape, dtype, path }: Tensor<'pad'>,
  at: Place,
): Copy[] {
  const zeros = (axis: number, count: number, starts: readonly number[]): Copy[] => {
    const box = shape.map((extent, i) => (i < axis ? x.shape[i] : i === axis ? count : extent))
    const to = starts.map((start) => ({ ...at, offset: inner(at, [...before.slice(0, axis), start]) }))
    return count === 0 ? [] : [{ part: atPath(path, () => broadcast(constant(0, dtype), box)), to }]
  }
  return range(shape.length).flatMap((axis) => {
    const [first, last] = [before[axis], after[axis]]
    const behind = first + x.shape[axis]
    return first === last
      ? zeros(axis, first, [0, behind])
      : [...zeros(axis, first, [0]), ...zeros(axis, last, [behind])]
  })
}

/** Kernels that store each element wherever it is to go: random numbers are made in one flat run. */
const writesAnywhere = ({ anchor, members: [member] }: Group): boolean =>
  !isWhole(member) && !(anchor && (isKind(anchor, 'random') || isKind(anchor, 'shuffle')))

/** Whether vectors can be stored: elements that are far apart are better copied. */
function endsInARow({ shape }: Tensor, strides: readonly number[]): boolean {
  const wide = strides.filter((_, axis) => shape[axis] !== 1)
  return wide.length === 0 || wide[wide.length - 1] === 1 || sizeOf(squeeze(shape)) < 256
}
