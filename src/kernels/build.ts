import { sizeOf } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import { kernelName } from './nest.ts'
import type { Access, Block, Nest, Producer, Store, Value } from './nest.ts'
import type { Group } from './schedule.ts'
import type { Target } from './target.ts'
import { peel, rootOf, squeeze, viewIn } from './view.ts'
import { winogradOf } from './winograd-nest.ts'

/** Where the elements of a tensor stand, over its own axes. */
export type Place = Access

/** What building a kernel needs to know of the whole program. */
export interface Places {
  readonly target: Target
  /** Where a root tensor is stored; undefined where it never leaves a kernel's registers. */
  placeOf(root: Tensor): Place | undefined
  homeOf(tensor: Tensor): Group | undefined
  /** Where else a tensor is written by its kernel. */
  deliveriesOf(tensor: Tensor): readonly Place[]
}

/** Where the elements of `tensor` stand, over its own axes. */
function accessOf(tensor: Tensor, { placeOf }: Places): Access {
  const root = rootOf(tensor)
  const place = placeOf(root)
  const view = place && viewIn(tensor, { ...place, root })
  if (!view)
    throw new Error(`${root.primitive.kind} ${kernelName('result', root)} was never stored to be seen like that`)
  return { block: place.block, offset: view.offset, strides: view.strides }
}

/** The same, without axes of size 1, as loop nests have none. */
function squeezedAccess(tensor: Tensor, places: Places): Access {
  const access = accessOf(tensor, places)
  return { ...access, strides: access.strides.filter((_, axis) => tensor.shape[axis] !== 1) }
}

/** Writes elementwise tensors as steps, each once; `inside` tells which tensors are computed here rather than loaded. */
function valueWriter(anchor: Tensor | null, inside: (tensor: Tensor) => boolean, places: Places) {
  const values: Value[] = []
  const known = new Map<string | Tensor, number>()
  const blocks: Block[] = []
  /** Names need not differ; blocks do. */
  const numberOf = (block: Block): number => (blocks.includes(block) ? blocks.indexOf(block) : blocks.push(block) - 1)
  const append = (key: string | Tensor, value: Value): number => {
    const index = known.get(key) ?? values.push(value) - 1
    known.set(key, index)
    return index
  }
  const indexOf = (operand: Tensor): number => {
    const tensor = peel(operand)
    if (tensor === anchor) return append(tensor, { kind: 'produced', dtype: tensor.dtype })
    const root = rootOf(tensor)
    if (isKind(root, 'constant')) {
      const { value } = root.primitive
      return append(`${root.dtype} ${Object.is(value, -0) ? '-0' : value}`, {
        kind: 'constant',
        value,
        dtype: root.dtype,
      })
    }
    if (isKind(tensor, 'elementwise') && inside(tensor)) {
      const already = known.get(tensor)
      if (already !== undefined) return already
      const { name, parameter } = tensor.primitive
      return append(tensor, { kind: 'apply', name, parameter, inputs: tensor.inputs.map(indexOf), dtype: tensor.dtype })
    }
    const access = squeezedAccess(operand, places)
    const { block, offset, strides } = access
    const dtype = block.dtype === 'mask' ? 'bool' : block.dtype
    return append(`${numberOf(block)} ${offset} ${strides.join()}`, { kind: 'load', access, dtype })
  }
  return { values, indexOf }
}

/** The kernel that computes a group: what its anchor produces, and the elementwise work and stores that follow; what it needs before. */
export function buildNests(group: Group, places: Places): Nest[] {
  const { anchor, members, space } = group
  const winograd =
    anchor !== null && isKind(anchor, 'convolve')
      ? winogradOf(anchor, (tensor) => accessOf(tensor, places), places.target)
      : null
  const inside = (tensor: Tensor) => places.homeOf(tensor) === group
  const { values, indexOf } = valueWriter(anchor, inside, places)
  const stores: Store[] = []
  for (const member of members) {
    if (places.placeOf(member) !== undefined) {
      stores.push({ value: indexOf(member), access: squeezedAccess(member, places) })
    }
    for (const { block, offset, strides } of places.deliveriesOf(member)) {
      const access = { block, offset, strides: strides.filter((_, axis) => member.shape[axis] !== 1) }
      stores.push({ value: indexOf(member), access })
    }
  }
  const named = members[members.length - 1]
  const what = anchor === null ? named.primitive.kind : anchor.primitive.kind
  const nest = {
    name: kernelName(what, anchor ?? named),
    space,
    producer: winograd?.producer ?? (anchor && producerOf(anchor, places)),
    body: { values, stores },
  }
  return winograd?.points ? [winograd.points, nest] : [nest]
}

/** A kernel that writes `tensor` (any view or constant) to places over its axes. */
export function copyNest(tensor: Tensor, to: readonly Place[], places: Places): Nest {
  const { values, indexOf } = valueWriter(null, () => false, places)
  const value = indexOf(tensor)
  const stores = to.map((place): Store => {
    const strides = place.strides.filter((_, axis) => tensor.shape[axis] !== 1)
    return { value, access: { ...place, strides } }
  })
  return {
    name: kernelName(isKind(rootOf(tensor), 'constant') ? 'fill' : 'copy', tensor),
    space: squeeze(tensor.shape),
    producer: null,
    body: { values, stores },
  }
}

function producerOf(anchor: Tensor, places: Places): Producer {
  const access = (tensor: Tensor) => accessOf(tensor, places)
  const rowsOf = (shape: Shape) => ({ rows: shape[0], columns: sizeOf(shape.slice(1)) })
  if (isKind(anchor, 'matmul')) {
    const [a, b] = anchor.inputs
    const batch = anchor.shape.slice(0, -2)
    const [m, n] = anchor.shape.slice(-2)
    return { kind: 'contract', batch, m: [m], n: [n], k: a.shape.slice(-1), a: access(a), b: access(b) }
  }
  if (isKind(anchor, 'convolve')) return convolutionProducer(anchor, places)
  if (isKind(anchor, 'reduce')) return reduceProducer(anchor, places)
  if (isKind(anchor, 'argmax')) {
    const [x] = anchor.inputs
    return { kind: 'argmax', rows: sizeOf(anchor.shape), columns: x.shape[x.shape.length - 1], input: access(x) }
  }
  if (isKind(anchor, 'gather')) {
    const [table, indices] = anchor.inputs
    return {
      kind: 'gather',
      ...rowsOf(anchor.shape),
      tableRows: table.shape[0],
      table: access(table),
      indices: access(indices),
    }
  }
  if (isKind(anchor, 'scatterAdd')) {
    const [indices, updates] = anchor.inputs
    return {
      kind: 'scatterAdd',
      ...rowsOf(anchor.shape),
      updateRows: updates.shape[0],
      indices: access(indices),
      updates: access(updates),
    }
  }
  if (isKind(anchor, 'random')) {
    const [seed, step] = anchor.inputs
    const { distribution, stream } = anchor.primitive
    return { kind: 'random', distribution, stream, count: sizeOf(anchor.shape), seed: access(seed), step: access(step) }
  }
  if (isKind(anchor, 'shuffle')) {
    const [seed, epoch, first] = anchor.inputs
    const { total, stream } = anchor.primitive
    return {
      kind: 'shuffle',
      total,
      stream,
      count: anchor.shape[0],
      seed: access(seed),
      epoch: access(epoch),
      first: access(first),
    }
  }
  throw new Error(`${anchor.primitive.kind} has no kernel of its own`)
}

/**
 * Every pixel of an output (m) against every position of the kernel and channel (k): all of x is seen with constant strides. Terms
 * are summed in the order in which the kernel stands in memory.
 */
function convolutionProducer({ inputs: [x, kernel], shape, primitive }: Tensor<'convolve'>, places: Places): Producer {
  const { size, stride, dilation, offset, order } = primitive
  const image = accessOf(x, places)
  const [group, number, down, across, channel] = image.strides
  const [groups, images] = x.shape
  const b = accessOf(kernel, places)
  const [kernelGroup, vertical, horizontal, input, output] = b.strides
  const [, kh, kw, channels] = kernel.shape
  const pixels = [
    { extent: size[0], a: down * stride[0] },
    { extent: size[1], a: across * stride[1] },
  ]
  const ofImages = { extent: images, a: number }
  const rows = order === 'images' ? [ofImages, ...pixels] : [...pixels, ofImages]
  const terms = [
    { extent: kh, a: down * dilation[0], b: vertical },
    { extent: kw, a: across * dilation[1], b: horizontal },
    { extent: channels, a: channel, b: input },
  ].toSorted((one, other) => other.b - one.b)
  const start = image.offset + offset[0] * down + offset[1] * across
  return {
    kind: 'contract',
    batch: [groups],
    m: rows.map(({ extent }) => extent),
    n: shape.slice(-1),
    k: terms.map(({ extent }) => extent),
    a: { block: image.block, offset: start, strides: [group, ...[...rows, ...terms].map(({ a }) => a)] },
    b: { block: b.block, offset: b.offset, strides: [kernelGroup, ...terms.map((term) => term.b), output] },
  }
}

/** Kept axes first, then reduced ones; what is reduced may be elementwise work that has no home of its own. */
function reduceProducer(anchor: Tensor<'reduce'>, places: Places): Producer {
  const [x] = anchor.inputs
  const { name, axes } = anchor.primitive
  const homeless = (tensor: Tensor) => places.homeOf(tensor) === undefined && isKind(tensor, 'elementwise')
  const { values, indexOf } = valueWriter(null, homeless, places)
  const result = indexOf(x)
  // The last value is what is reduced; a step that was known before may stand earlier.
  const ordered = result === values.length - 1 ? values : values.slice(0, result + 1)
  const wide = x.shape
    .map((extent, axis) => ({ extent, kept: !axes.includes(axis) }))
    .filter(({ extent }) => extent !== 1)
  const order = [...wide.keys()].toSorted((i, j) => Number(wide[j].kept) - Number(wide[i].kept) || i - j)
  const input = ordered.map((value): Value =>
    value.kind === 'load'
      ? { ...value, access: { ...value.access, strides: order.map((axis) => value.access.strides[axis]) } }
      : value,
  )
  const extents = (kept: boolean) => wide.filter((axis) => axis.kept === kept).map(({ extent }) => extent)
  return { kind: 'reduce', name, kept: extents(true), reduced: extents(false), input }
}
