import { sizeOf, stridesOf } from '../tensor/shape.ts'
import { reshape } from '../tensor/operations/index.ts'
import { isKind, makeTensor } from '../tensor/tensor.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import { buildNest, copyNest } from './build.ts'
import type { Place, Places } from './build.ts'
import { lower } from './lower.ts'
import type { Block, Nest } from './nest.ts'
import { orderGroups } from './order.ts'
import { rootsOf, schedule } from './schedule.ts'
import type { Group } from './schedule.ts'
import { isView, peel, viewOf } from './view.ts'

/** A traced function for the compiler: what it reads, and where its results go. */
export interface Computation {
  /** Where the input tensors stand. */
  readonly inputs: ReadonlyMap<Tensor, Block>
  /** Results, each with the block that receives it; the block of an input makes it an update of that input. */
  readonly outputs: readonly { readonly tensor: Tensor; readonly block: Block; readonly offset?: number }[]
}

/** Which kernels run, in an order in which one after the other they give the right result. */
export function buildKernels({ inputs, outputs }: Computation): Nest[] {
  const lowered = lower(outputs.map(({ tensor }) => tensor)).map((tensor, index) =>
    inputs.get(tensor) === outputs[index].block ? tensor : ownCopy(tensor),
  )
  const results = outputs
    .map((output, index) => ({ ...output, tensor: lowered[index], offset: output.offset ?? 0 }))
    .filter(({ tensor, block, offset }) => inputs.get(tensor) !== block || offset !== 0)
  const { groups, homeOf } = schedule(results.map(({ tensor }) => tensor))

  const stateOf = new Map([...inputs].map(([tensor, block]) => [block, tensor]))
  const updates = results.flatMap(({ tensor, block }) => {
    const before = stateOf.get(block)
    return before === undefined ? [] : [{ before, after: tensor, block }]
  })
  const order = orderGroups(groups, homeOf, updates)

  const places = new Map<Tensor, Place>([...inputs].map(([tensor, block]) => [tensor, { block, offset: 0 }]))
  const direct = new Set<(typeof results)[number]>()
  for (const result of results) {
    const root = peel(result.tensor)
    const isUpdate = stateOf.has(result.block)
    const safe = isUpdate
      ? updates.some((update) => update.block === result.block && order.inPlace.has(update))
      : homeOf.has(root) && !isKind(root, 'concat') && !isView(root)
    if (!safe || places.has(root)) continue
    places.set(root, result)
    direct.add(result)
  }
  const { aliased } = placeConcats(groups, places, homeOf)
  for (const root of storedRoots(
    groups,
    homeOf,
    results.map(({ tensor }) => tensor),
  )) {
    if (!places.has(root) && !isKind(root, 'constant')) places.set(root, { block: temporaryBlock(root), offset: 0 })
  }

  const context: Places = { placeOf: (root) => places.get(root), homeOf: (tensor) => homeOf.get(tensor) }
  const nests = order.groups.flatMap((group) => nestsOf(group, context, aliased))
  const copies = results
    .filter((result) => !direct.has(result))
    .map((result) => copyNest(result.tensor, result, stridesOf(result.tensor.shape), context))
  return [...nests, ...copies]
}

/** A result that is only a view of an input is copied while that input is whole: an update may overwrite it later. */
function ownCopy(tensor: Tensor): Tensor {
  if (!isKind(viewOf(tensor).root, 'input')) return tensor
  return makeTensor(
    { kind: 'concat', axis: 0 },
    [reshape(tensor, [sizeOf(tensor.shape)])],
    [sizeOf(tensor.shape)],
    tensor.dtype,
  )
}

function nestsOf(group: Group, places: Places, aliased: ReadonlySet<Tensor>): Nest[] {
  const [member] = group.members
  const place = places.placeOf(member)
  if (isKind(member, 'concat') && place !== undefined) return concatNests(member, place, places, aliased)
  if (isKind(member, 'reshape') && place !== undefined) {
    const [moved] = member.inputs
    return [copyNest(moved, place, stridesOf(moved.shape), places)]
  }
  return [buildNest(group, places)]
}

/** Copies of the parts that their kernels could not write straight into the whole. */
function concatNests(whole: Tensor<'concat'>, place: Place, places: Places, aliased: ReadonlySet<Tensor>): Nest[] {
  const strides = stridesOf(whole.shape)
  return partsOf(whole, place).flatMap(({ part, offset }) =>
    aliased.has(runOf(part)) &&
    places.placeOf(runOf(part))?.block === place.block &&
    places.placeOf(runOf(part))?.offset === offset
      ? []
      : [copyNest(part, { block: place.block, offset }, strides, places)],
  )
}

function partsOf(whole: Tensor<'concat'>, place: Place): { part: Tensor; offset: number }[] {
  const { axis } = whole.primitive
  const stride = stridesOf(whole.shape)[axis]
  let offset = place.offset
  return whole.inputs.map((part) => {
    const start = offset
    offset += part.shape[axis] * stride
    return { part, offset: start }
  })
}

/** Parts that stand in the whole as one run are computed right there, so that joining them costs nothing. */
function placeConcats(
  groups: readonly Group[],
  places: Map<Tensor, Place>,
  homes: ReadonlyMap<Tensor, Group>,
): { aliased: Set<Tensor> } {
  const aliased = new Set<Tensor>()
  const wholes = groups.flatMap(({ members }) => members.filter((member) => isKind(member, 'concat')))
  for (const whole of wholes.toReversed()) {
    const place = places.get(whole) ?? { block: temporaryBlock(whole), offset: 0 }
    places.set(whole, place)
    if (!isKind(whole, 'concat') || !isOutermost(whole.shape, whole.primitive.axis)) continue
    for (const { part, offset } of partsOf(whole, place)) {
      const root = runOf(part)
      if (!homes.has(root) || places.has(root) || isView(root)) continue
      places.set(root, { block: place.block, offset })
      aliased.add(root)
    }
  }
  return { aliased }
}

/** The tensor whose elements a part has, one behind the other: reshapes of what stands in a row change nothing of that. */
function runOf(part: Tensor): Tensor {
  let run = part
  while (isKind(run, 'reshape') && isView(run)) [run] = run.inputs
  return run
}

const isOutermost = (shape: Shape, axis: number): boolean => shape.slice(0, axis).every((extent) => extent === 1)

/** Roots that somebody reads from memory: another kernel, a producer, or the caller. */
function storedRoots(
  groups: readonly Group[],
  homes: ReadonlyMap<Tensor, Group>,
  outputs: readonly Tensor[],
): Set<Tensor> {
  const inRegister = (operand: Tensor, reader: Group) => homes.get(peel(operand)) === reader
  const read = groups.flatMap((group) =>
    group.members.flatMap(({ inputs }) => inputs.filter((input) => !inRegister(input, group))),
  )
  return new Set(rootsOf([...read, ...outputs], homes))
}

let blocksMade = 0

/** Bytes are read from and written to what the caller owns; between kernels they are whole numbers as any others. */
function temporaryBlock(root: Tensor): Block {
  const name = `${root.primitive.kind}${blocksMade++}`
  const size = sizeOf(root.shape)
  const dtype = root.dtype === 'u8' ? 'i32' : root.dtype
  if (isKind(root, 'literal')) return { name, dtype, size, role: 'literal', values: root.primitive.values }
  return { name, dtype, size, role: 'temporary', values: [] }
}
