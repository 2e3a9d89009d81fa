import { topological } from '../tensor/graph.ts'
import { sizeOf } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Kind, Tensor } from '../tensor/tensor.ts'

/** An input tensor and what it becomes. */
export type Update = readonly [before: Tensor, after: Tensor]

/** A step in two parts: the accelerator's, and the host's, which runs first and feeds the other one. */
export interface Split {
  /** Whether the accelerator computes the tensor, or holds it if it is an input. */
  isAccelerated(tensor: Tensor): boolean
  /** What the accelerator is given in each step: tensors that the host computes. */
  readonly feeds: readonly Tensor[]
  /** What it is given once: input tensors that no step changes. */
  readonly residents: readonly Tensor[]
}

/** What counts as work: alone for these, a step is not left to the host. */
const heavy: ReadonlySet<Kind> = new Set<Kind>(['matmul', 'convolve'])

/**
 * Divides a step. The accelerator has all floats that depend on their own past (parameters, moments, running statistics) and
 * all that is computed from them; what depends on counters, random numbers and data alone is the host's, so that it is the
 * same to the bit whatever the accelerator is. Null where nothing would be the accelerator's.
 * @param outputs what is to be known of each step besides the updates.
 */
export function splitStep(updates: readonly Update[], outputs: readonly Tensor[]): Split | null {
  const changes = updates.filter(([before, after]) => before !== after)
  const order = topological([...changes.map(([, after]) => after), ...outputs])
  const own = acceleratedState(changes, order)
  if (own.size === 0) return null

  // Products of what only the host has are the accelerator's work too, and then what they change is its state.
  const state = grown(own, changes, (some) => dependents(order, some, heavy))
  const accelerated = dependents(order, state, heavy)
  const changed = new Set(changes.map(([before]) => before))

  const needed = order.filter((tensor) => accelerated.has(tensor)).flatMap(({ inputs }) => inputs)
  const sources = fewestNumbers(
    order,
    needed.filter((tensor) => !accelerated.has(tensor)),
  )
  const isResident = (tensor: Tensor) => isKind(tensor, 'input') && !changed.has(tensor)
  return {
    isAccelerated: (tensor) => accelerated.has(tensor) || state.has(tensor),
    feeds: [...sources].filter((tensor) => !isResident(tensor)),
    residents: [...sources].filter(isResident),
  }
}

/** The input tensors of floats whose new values depend on one of them, and whatever else changes with those. */
function acceleratedState(changes: readonly Update[], order: readonly Tensor[]): ReadonlySet<Tensor> {
  const floats = changes.map(([before]) => before).filter(({ dtype }) => dtype === 'f32')
  let state: ReadonlySet<Tensor> = grown(new Set(floats), changes, (some) => dependents(order, some))
  for (;;) {
    const computed = dependents(order, state)
    const left = changes.filter(([before, after]) => state.has(before) && computed.has(after)).map(([before]) => before)
    if (left.length === state.size) return state
    state = new Set(left)
  }
}

/** The state with all that becomes something computed from it. */
function grown(
  state: ReadonlySet<Tensor>,
  changes: readonly Update[],
  computedFrom: (state: ReadonlySet<Tensor>) => ReadonlySet<Tensor>,
): ReadonlySet<Tensor> {
  const computed = computedFrom(state)
  const more = changes.filter(([before, after]) => !state.has(before) && computed.has(after)).map(([before]) => before)
  return more.length === 0 ? state : grown(new Set([...state, ...more]), changes, computedFrom)
}

/** The given tensors, those of the given kinds, and all that depend on either. */
function dependents(
  order: readonly Tensor[],
  from: ReadonlySet<Tensor>,
  kinds: ReadonlySet<Kind> = new Set(),
): ReadonlySet<Tensor> {
  const found = new Set(from)
  for (const tensor of order) {
    if (kinds.has(tensor.primitive.kind) || tensor.inputs.some((x) => found.has(x))) found.add(tensor)
  }
  return found
}

/** What needs no feed, as it is part of the program. */
const constants: ReadonlySet<Kind> = new Set<Kind>(['constant', 'literal', 'iota'])

/** What may be done on either side; with whole numbers, accelerators can do too little. */
const light: ReadonlySet<Kind> = new Set<Kind>(['elementwise', 'broadcast', 'reshape', 'transpose'])
const isLight = ({ primitive, inputs, dtype }: Tensor): boolean =>
  light.has(primitive.kind) && [dtype, ...inputs.map((x) => x.dtype)].every((type) => type === 'f32' || type === 'bool')

/**
 * From which tensors of the host the accelerator computes the needed ones: of each either itself, or what it is made of by
 * light work where that is fewer numbers, or fed anyhow. So a mask of one number per image is not fed pixel by pixel, and
 * nothing twice.
 */
function fewestNumbers(order: readonly Tensor[], needed: readonly Tensor[]): ReadonlySet<Tensor> {
  const fed = new Set(needed)
  for (const tensor of order.toReversed()) {
    if (fed.delete(tensor)) cheapestSources(tensor, fed).forEach((source) => fed.add(source))
  }
  return fed
}

function cheapestSources(target: Tensor, fed: ReadonlySet<Tensor>): readonly Tensor[] {
  const known = new Map<Tensor, readonly Tensor[]>()
  const sources = (tensor: Tensor): readonly Tensor[] => {
    const found = known.get(tensor) ?? cheapest(tensor)
    known.set(tensor, found)
    return found
  }
  const cheapest = (tensor: Tensor): readonly Tensor[] => {
    if (constants.has(tensor.primitive.kind)) return []
    if (fed.has(tensor) || !isLight(tensor)) return [tensor]
    const parts = [...new Set(tensor.inputs.flatMap(sources))]
    const numbers = parts.reduce((sum, part) => sum + (fed.has(part) ? 0 : sizeOf(part.shape)), 0)
    return numbers < sizeOf(tensor.shape) ? parts : [tensor]
  }
  return sources(target)
}
