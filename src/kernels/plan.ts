import { sizeOf, stridesOf } from '../tensor/shape.ts'
import { reshape } from '../tensor/operations/index.ts'
import { isKind, makeTensor } from '../tensor/tensor.ts'
import type { DType, Tensor } from '../tensor/tensor.ts'
import { assemble, isWhole } from './assembly.ts'
import type { Copy } from './assembly.ts'
import { buildNests, copyNest } from './build.ts'
import type { Place, Places } from './build.ts'
import { lower } from './lower.ts'
import type { Block, Nest, Stored } from './nest.ts'
import { orderGroups } from './order.ts'
import { usesOf } from './uses.ts'
import { schedule } from './schedule.ts'
import type { Group } from './schedule.ts'
import type { Target } from './target.ts'
import { isDense, isView, peel, rootOf, viewOf } from './view.ts'

/** A traced function for the compiler: what it reads, and where its results go. */
export interface Computation {
  /** Where the input tensors stand. */
  readonly inputs: ReadonlyMap<Tensor, Block>
  /** Results, each with the block that receives it; the block of an input makes it an update of that input. */
  readonly outputs: readonly { readonly tensor: Tensor; readonly block: Block; readonly offset?: number }[]
}

/** Which kernels run, in an order in which one after the other they give the right result. */
export function buildKernels({ inputs, outputs }: Computation, target: Target): Nest[] {
  const traced = outputs.map(({ tensor }) => tensor)
  const lowered = lower(traced, target).map((tensor, index) =>
    inputs.get(tensor) === outputs[index].block ? tensor : ownCopy(tensor),
  )
  const results = outputs
    .map((output, index) => ({ ...output, tensor: lowered[index], offset: output.offset ?? 0 }))
    .filter(({ tensor, block, offset }) => inputs.get(tensor) !== block || offset !== 0)
  const needed = results.map(({ tensor }) => tensor)
  const { groups, homeOf } = schedule(needed, target)

  const stateOf = new Map([...inputs].map(([tensor, block]) => [block, tensor]))
  const updates = results.flatMap(({ tensor, block }) => {
    const before = stateOf.get(block)
    return before === undefined ? [] : [{ before, after: tensor, block }]
  })
  const order = orderGroups(groups, homeOf, updates)

  const places = new Map<Tensor, Place>([...inputs].map(([tensor, block]) => [tensor, placeIn(block, tensor)]))
  const direct = new Set<(typeof results)[number]>()
  for (const result of results) {
    const isUpdate = stateOf.has(result.block)
    const root = isUpdate ? peel(result.tensor) : arrayOf(result.tensor)
    const safe = isUpdate
      ? updates.some((update) => update.block === result.block && order.inPlace.has(update))
      : homeOf.has(root) && !isWhole(root) && !isView(root)
    if (!safe || places.has(root)) continue
    places.set(root, placeIn(result.block, root, result.offset))
    direct.add(result)
  }
  const kept = new Set(needed.map((tensor) => rootOf(tensor)))
  const uses = usesOf(groups, homeOf, needed, isWhole)
  const { deliveries, copies: partCopies } = assemble(groups, homeOf, places, kept, uses, temporaryBlock)
  for (const root of uses.keys()) {
    if (!places.has(root) && !isKind(root, 'constant')) places.set(root, placeIn(temporaryBlock(root), root))
  }

  const context: Places = {
    target,
    placeOf: (root) => places.get(root),
    homeOf: (tensor) => homeOf.get(tensor),
    deliveriesOf: (tensor) => deliveries.get(tensor) ?? [],
  }
  const nests = order.groups.flatMap((group) => nestsOf(group, context, partCopies))
  const copies = results
    .filter((result) => !direct.has(result))
    .map(({ tensor, block, offset }) => copyNest(tensor, [placeIn(block, tensor, offset)], context))
  return [...nests, ...copies]
}

/** A result that is only a view of an input is copied while that input is whole: an update may overwrite it later. */
function ownCopy(tensor: Tensor): Tensor {
  if (!isKind(rootOf(tensor), 'input')) return tensor
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
    return (partCopies.get(member) ?? []).map(({ part, to }) => copyNest(part, to, places))
  }
  return buildNests(group, places)
}

/** The root that stands in the same order as a tensor that is nothing but another shape of it, or the tensor itself. */
function arrayOf(tensor: Tensor): Tensor {
  const { root, strides } = viewOf(tensor)
  return sizeOf(root.shape) === sizeOf(tensor.shape) && isDense(tensor, strides) ? root : tensor
}

/** A tensor row by row in a block. */
const placeIn = (block: Block, { shape }: Tensor, offset = 0): Place => ({ block, offset, strides: stridesOf(shape) })

let blocksMade = 0

/** How results stand between kernels: bytes as whole numbers like any others, what is true or not in a byte. */
const storedBetween: Record<DType, Stored> = { f32: 'f32', i32: 'i32', u8: 'i32', bool: 'mask' }

function temporaryBlock(root: Tensor): Block {
  const name = `${root.primitive.kind}${blocksMade++}`
  const size = sizeOf(root.shape)
  if (isKind(root, 'literal')) {
    const dtype = root.dtype === 'u8' ? 'i32' : root.dtype
    return { name, dtype, size, role: 'literal', values: root.primitive.values }
  }
  return { name, dtype: storedBetween[root.dtype], size, role: 'temporary', values: [] }
}
