import { UserError } from '../../tensor/errors.ts'
import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import type { Layer } from '../layer.ts'

/**
 * Several outputs of one input, as of discriminators at several scales: `output` is that of the first layer,
 * `heads` are all. The outputs may differ in shape. A layer that follows in a stack sees the first one alone.
 * Variables are named 'head1....', 'head2....'.
 */
export function heads(layers: readonly Layer[]): Layer {
  if (layers.length === 0) throw new UserError('heads needs at least one layer.')
  const children = layers.map((layer, index): Child => ({ name: `head${index + 1}`, layer }))
  return {
    name: 'heads',
    mixesBatch: layers.some(({ mixesBatch }) => mixesBatch),
    init(inputShape, random, given) {
      const made = initializeChildren(random, given)
      const [shape] = children.map((child) => made.init(child, inputShape))
      return made.initialized(shape)
    },
    apply(variables, x, mode) {
      const traced = applyChildren(variables, mode)
      const outputs = children.flatMap((child) => traced.applyAll(child, x))
      return traced.applied(outputs[0], outputs)
    },
  }
}
