import type { Variables } from '../tensor/tree.ts'
import { applyChild, initChild } from './children.ts'
import type { Child } from './children.ts'
import type { Layer } from './layer.ts'

/**
 * Layers one behind the other, itself a layer. Children are numbered by kind from 1 on, and their variables carry that
 * name: 'dense2.weight'.
 */
export function stack(layers: readonly Layer[]): Layer {
  const children = numbered(layers)
  return {
    name: 'stack',
    mixesBatch: layers.some(({ mixesBatch }) => mixesBatch),
    init(inputShape, random) {
      let parameters: Variables = {}
      let buffers: Variables = {}
      let shape = inputShape
      for (const child of children) {
        const first = initChild(child, shape, random)
        parameters = { ...parameters, ...first.parameters }
        buffers = { ...buffers, ...first.buffers }
        shape = first.shape
      }
      return { parameters, buffers, shape }
    },
    apply(variables, x, mode) {
      let output = x
      let buffers: Variables = {}
      for (const child of children) {
        const applied = applyChild(child, variables, output, mode)
        output = applied.output
        buffers = { ...buffers, ...applied.buffers }
      }
      return { output, buffers }
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
