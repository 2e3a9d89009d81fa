import { UserError } from '../../tensor/errors.ts'
import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import type { Layer } from '../layer.ts'
import { joined, joinedShape } from './join.ts'
import type { Join } from './join.ts'

/**
 * Several layers beside each other on one input, their outputs side by side on the last axis or added up. Outputs
 * have to be equal in all axes but the last; vectors beside images become constant planes. Variables are named
 * 'branch1....', 'branch2....'. Throws a UserError where the outputs do not fit.
 */
export function branches(layers: readonly Layer[], join: Join = 'concat'): Layer {
  if (layers.length === 0) throw new UserError('branches needs at least one layer.')
  const children = layers.map((layer, index): Child => ({ name: `branch${index + 1}`, layer }))
  return {
    name: 'branches',
    mixesBatch: layers.some(({ mixesBatch }) => mixesBatch),
    init(inputShape, random, given) {
      const made = initializeChildren(random, given)
      const ends = children.map((child) => made.init(child, inputShape))
      return made.initialized(joinedShape('branches', ends, join))
    },
    apply(variables, x, mode) {
      const traced = applyChildren(variables, mode)
      const outputs = children.map((child) => traced.apply(child, x))
      return traced.applied(joined('branches', outputs, join))
    },
  }
}
