import type { Tensor } from '../../tensor/tensor.ts'
import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import type { Layer } from '../layer.ts'

/**
 * Layers one behind the other, itself a layer. Children are numbered by kind from 1 on, and their variables carry that
 * name: 'dense2.weight'.
 */
export function stack(layers: readonly Layer[]): Layer {
  const children = numbered(layers)
  return {
    name: 'stack',
    mixesBatch: layers.some(({ mixesBatch }) => mixesBatch),
    init(inputShape, random, given) {
      const made = initializeChildren(random, given)
      return made.initialized(children.reduce((shape, child) => made.init(child, shape), inputShape))
    },
    apply(variables, x, mode) {
      const traced = applyChildren(variables, mode)
      // The last layer may have several outputs.
      const outputs = children.reduce<readonly Tensor[]>(([last], child) => traced.applyAll(child, last), [x])
      return traced.applied(outputs[0], outputs)
    },
  }
}

function numbered(layers: readonly Layer[]): Child[] {
  const count = new Map<string, number>()
  return layers.map((layer) => {
    const number = (count.get(layer.name) ?? 0) + 1
    count.set(layer.name, number)
    return { name: `${layer.name}${number}`, layer }
  })
}
