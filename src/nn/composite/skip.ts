import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import type { Layer } from '../layer.ts'
import { joined, joinedShape } from './join.ts'

/**
 * x and inner(x) side by side on the last axis: [..., n] -> [..., n + m], a skip connection. Variables are named
 * 'inner....'. Throws a UserError where the inner layer ends in another size, as one that halves and doubles images
 * of odd sides does.
 */
export function skip(inner: Layer): Layer {
  const child: Child = { name: 'inner', layer: inner }
  return {
    name: 'skip',
    mixesBatch: inner.mixesBatch,
    init(inputShape, random, given) {
      const made = initializeChildren(random, given)
      const shape = made.init(child, inputShape)
      return made.initialized(joinedShape('skip', [inputShape, shape], 'concat'))
    },
    apply(variables, x, mode) {
      const traced = applyChildren(variables, mode)
      return traced.applied(joined('skip', [x, traced.apply(child, x)], 'concat'))
    },
  }
}
