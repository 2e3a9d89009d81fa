import { topological } from '../tensor/graph.ts'
import { evaluate } from '../tensor/rules/reference.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Kind, Tensor } from '../tensor/tensor.ts'
import { isFixed } from './extent.ts'
import type { Traces } from './trace.ts'

/** A graph, less what was computed when it was written. */
export interface Folded extends Traces {
  /** The numbers of tensors that became constants, row-major. */
  readonly constants: ReadonlyMap<Tensor, Float64Array>
}

/** Numbers that are to be drawn, not kept. */
const drawn: ReadonlySet<Kind> = new Set<Kind>(['random', 'shuffle'])

/** What the writer does to the numbers of a weight without an operator. */
const views: ReadonlySet<Kind> = new Set<Kind>(['stopGradient', 'reshape', 'transpose', 'broadcast'])

/**
 * Computes what depends on weights alone, such as a weight divided by its largest singular value: a model that is only used
 * needs the result. Whatever is larger than the weights that it comes from stays a computation.
 */
export function foldWeights(traces: Traces): Folded {
  const { graph, order, inputsOf, extentsOf } = traces
  const fed = new Set(graph.inputs.map(({ tensor }) => tensor))
  /** For tensors that are the same whenever the model runs: the size of the largest weight they depend on, 0 for none. */
  const sizes = new Map<Tensor, number>()
  for (const tensor of order) {
    const { kind } = tensor.primitive
    const before = inputsOf(tensor).map((x) => sizes.get(x))
    const isKnown = kind !== 'input' && !fed.has(tensor) && !drawn.has(kind) && extentsOf(tensor).every(isFixed)
    if (graph.weights.has(tensor)) sizes.set(tensor, sizeOf(tensor.shape))
    else if (isKnown && before.every((size) => size !== undefined)) sizes.set(tensor, Math.max(0, ...before))
  }

  const isFolded = (tensor: Tensor): boolean =>
    !graph.weights.has(tensor) && !views.has(tensor.primitive.kind) && sizeOf(tensor.shape) <= (sizes.get(tensor) ?? 0)
  const constants = new Map<Tensor, Float64Array>()
  const needed = new Set([...fed, ...graph.outputs.map(({ tensor }) => tensor)])
  const values = new Map<Tensor, Float64Array>()
  for (const tensor of order.toReversed()) {
    if (!needed.has(tensor)) continue
    if (isFolded(tensor)) constants.set(tensor, numbersOf(tensor, graph.weights, values))
    else inputsOf(tensor).forEach((x) => needed.add(x))
  }
  return {
    ...traces,
    order: order.filter((tensor) => needed.has(tensor)),
    inputsOf: (tensor) => (constants.has(tensor) ? [] : inputsOf(tensor)),
    constants,
  }
}

/** @param known what has been computed already, to which this adds. */
function numbersOf(
  tensor: Tensor,
  weights: Traces['graph']['weights'],
  known: Map<Tensor, Float64Array>,
): Float64Array {
  const valueOf = (x: Tensor): Float64Array => {
    const weight = weights.get(x)
    const value = known.get(x) ?? (weight ? Float64Array.from(weight) : evaluate(x, x.inputs.map(valueOf)))
    known.set(x, value)
    return value
  }
  // Inputs come before users, so that valueOf never goes deep.
  topological([tensor]).forEach(valueOf)
  return valueOf(tensor)
}
