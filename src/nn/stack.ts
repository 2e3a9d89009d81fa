import { withPath } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'
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
      for (const [name, layer] of children) {
        const child = withPath(name, () => layer.init(shape, random))
        parameters = { ...parameters, ...prefixed(name, child.parameters) }
        buffers = { ...buffers, ...prefixed(name, child.buffers) }
        shape = child.shape
      }
      return { parameters, buffers, shape }
    },
    apply(variables, x, mode) {
      let output = x
      let buffers: Variables = {}
      for (const [name, layer] of children) {
        const own = {
          parameters: belongingTo(name, variables.parameters),
          buffers: belongingTo(name, variables.buffers),
        }
        const child = withPath(name, () => layer.apply(own, output, mode))
        output = child.output
        buffers = { ...buffers, ...prefixed(name, child.buffers) }
      }
      return { output, buffers }
    },
  }
}

function numbered(layers: readonly Layer[]): [name: string, layer: Layer][] {
  const count = new Map<string, number>()
  return layers.map((layer) => {
    const number = (count.get(layer.name) ?? 0) + 1
    count.set(layer.name, number)
    return [`${layer.name}${number}`, layer]
  })
}

const prefixed = (name: string, variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).map(([key, tensor]) => [`${name}.${key}`, tensor]))

function belongingTo(name: string, variables: Variables): Variables {
  const prefix = `${name}.`
  const own = Object.entries(variables).filter(([key]) => key.startsWith(prefix))
  return Object.fromEntries(own.map(([key, tensor]) => [key.slice(prefix.length), tensor]))
}
