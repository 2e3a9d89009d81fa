import { sizeOf, stridesOf } from '../tensor/shape.ts'
import { reshape } from '../tensor/operations/index.ts'
import { isKind, makeTensor } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { assemble, isWhole } from './assembly.ts'
import type { Copy } from './assembly.ts'
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
      : homeOf.has(root) && !isWhole(root) && !isView(root)
    if (!safe || places.has(root)) continue
    places.set(root, result)
    direct.add(result)
  }
  const kept = new Set(results.map(({ tensor }) => viewOf(tensor).root))
  const { deliveries, copies: partCopies } = assemble(groups, homeOf, places, kept, wholeBlock)
  const copiedParts = [...partCopies.values()].flatMap((all) => all.map(({ part }) => part))
  for (const root of storedRoots(groups, homeOf, [...results.map(({ tensor }) => tensor), ...copiedParts])) {
    if (!places.has(root) && !isKind(root, 'constant')) places.set(root, { block: temporaryBlock(root), offset: 0 })
  }

  const context: Places = {
    placeOf: (root) => places.get(root),
    homeOf: (tensor) => homeOf.get(tensor),
    deliveriesOf: (tensor) => deliveries.get(tensor) ?? [],
  }
  const nests = order.groups.flatMap((group) => nestsOf(group, context, partCopies))
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

function nestsOf(group: Group, places: Places, partCopies: ReadonlyMap<Tensor, readonly Copy[]>): Nest[] {
  const [member] = group.members
  if (isWhole(member)) {
    return (partCopies.get(member) ?? []).map(({ part, to }) => copyNest(part, to, to.strides, places))
  }
  const place = places.placeOf(member)
  if (isKind(member, 'reshape') && place !== undefined) {
    const [moved] = member.inputs
    return [copyNest(moved, place, stridesOf(moved.shape), places)]
  }
  return [buildNest(group, places)]
}

/** Roots that somebody reads from memory: another kernel, a producer, or the caller. Parts of wholes are written into them. */
function storedRoots(
  groups: readonly Group[],
  homes: ReadonlyMap<Tensor, Group>,
  outputs: readonly Tensor[],
): Set<Tensor> {
  const inRegister = (operand: Tensor, reader: Group) => homes.get(peel(operand)) === reader
  const read = groups.flatMap((group) =>
    group.members.flatMap((member) =>
      isWhole(member) ? [] : member.inputs.filter((input) => !inRegister(input, group)),
    ),
  )
  return new Set(rootsOf([...read, ...outputs], homes))
}

const wholeBlock = (whole: Tensor, isZeroed: boolean): Block =>
  isZeroed ? { ...temporaryBlock(whole), role: 'zeroed' } : temporaryBlock(whole)

let blocksMade = 0

/** Bytes are read from and written to what the caller owns; between kernels they are whole numbers as any others. */
function temporaryBlock(root: Tensor): Block {
  const name = `${root.primitive.kind}${blocksMade++}`
  const size = sizeOf(root.shape)
  const dtype = root.dtype === 'u8' ? 'i32' : root.dtype
  if (isKind(root, 'literal')) return { name, dtype, size, role: 'literal', values: root.primitive.values }
  return { name, dtype, size, role: 'temporary', values: [] }
}
