import { consumersOf } from '../tensor/graph.ts'
import type { Kind, Origin, Tensor } from '../tensor/tensor.ts'

/** What computes nothing, so that it may as well be there twice. */
const movements: ReadonlySet<Kind> = new Set<Kind>([
  'constant',
  'literal',
  'iota',
  'stopGradient',
  'reshape',
  'transpose',
  'broadcast',
  'slice',
  'pad',
])

/**
 * The named compositions that may be written by their names: those nobody looks into. Where somebody does, as derivatives may,
 * what is within is computed anyway.
 * @param order what the whole graph needs, inputs before users.
 * @param inputs what it is fed.
 * @param outputs what it gives.
 */
export function usableNames(
  order: readonly Tensor[],
  inputs: ReadonlySet<Tensor>,
  outputs: ReadonlySet<Tensor>,
): ReadonlyMap<Tensor, Origin> {
  const readers = consumersOf(order)
  const position = new Map(order.map((tensor, index) => [tensor, index]))

  function isClosed(end: Tensor, origin: Origin): boolean {
    const within = insideOf(end, origin, inputs)
    if (within === null) return false
    const inside = new Set([end, ...within])
    const seen = new Set<Tensor>()
    for (const tensor of within.toSorted((a, b) => (position.get(b) ?? 0) - (position.get(a) ?? 0))) {
      const isSeen = (reader: Tensor) => !inside.has(reader) || seen.has(reader)
      if (!outputs.has(tensor) && !readers.get(tensor)?.some(isSeen)) continue
      if (!movements.has(tensor.primitive.kind)) return false
      seen.add(tensor)
    }
    return true
  }

  const names = new Map<Tensor, Origin>()
  for (const tensor of order) {
    const { origin } = tensor
    if (origin !== undefined && !inputs.has(tensor) && isClosed(tensor, origin)) names.set(tensor, origin)
  }
  return names
}

/** What lies between a composition's inputs and its end; null where something else enters in between. */
function insideOf(end: Tensor, origin: Origin, inputs: ReadonlySet<Tensor>): Tensor[] | null {
  const outside = new Set(origin.inputs)
  const found = new Set<Tensor>()
  const pending = [...end.inputs]
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    if (outside.has(tensor) || found.has(tensor)) continue
    if (tensor.primitive.kind === 'input' || inputs.has(tensor)) return null
    found.add(tensor)
    pending.push(...tensor.inputs)
  }
  return [...found]
}
