import { topological } from '../tensor/graph.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { ModelGraph } from './trace.ts'

/**
 * The graph with the random numbers that its outputs need as inputs: noise1, noise2, ... in the order in which they
 * were traced.
 */
export const withRandomInputs = (graph: ModelGraph): ModelGraph => ({
  ...graph,
  inputs: [...graph.inputs, ...drawnFor(graph).map((tensor, index) => ({ name: `noise${index + 1}`, tensor }))],
})

/** What a reader of the model has to know to draw each of these inputs, by name. */
export const randomFacts = ({ inputs }: ModelGraph): Record<string, string> =>
  Object.fromEntries(
    inputs.flatMap(({ name, tensor }) =>
      isKind(tensor, 'random') ? [[name, distributions[tensor.primitive.distribution]]] : [],
    ),
  )

const distributions = { normal: 'standard normal', uniform: 'uniform in [0, 1)' }

function drawnFor({ inputs, outputs }: ModelGraph): Tensor<'random'>[] {
  const needed = new Set(outputs.map(({ tensor }) => tensor))
  const fed = new Set(inputs.map(({ tensor }) => tensor))
  for (const tensor of topological([...needed]).toReversed())
    if (needed.has(tensor) && !fed.has(tensor)) tensor.inputs.forEach((x) => needed.add(x))
  return [...needed]
    .filter((tensor): tensor is Tensor<'random'> => isKind(tensor, 'random') && !fed.has(tensor))
    .toSorted((a, b) => a.primitive.stream - b.primitive.stream)
}
