import { mapVariables } from '../../optim/optimizer.ts'
import { clamp } from '../../tensor/composite.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Variables } from '../../tensor/tree.ts'

/** What the discriminator's parameters are held to after each of its updates. */
export interface Constraint {
  /** What records call it. */
  readonly name: string
  /** The nearest parameters that are allowed. */
  hold(parameters: Variables): Variables
}

/**
 * Every parameter within [-limit, limit] (Arjovsky et al. 2017, who take 0.01): bounds the slopes of the critic.
 * @param limit above 0; throws a UserError elsewhere.
 */
export function weightClipping(limit = 0.01): Constraint {
  if (!(limit > 0)) throw new UserError(`Weights cannot be clipped to ${limit}; give a number above 0.`)
  return { name: 'weightClipping', hold: (parameters) => mapVariables(parameters, (x) => clamp(x, -limit, limit)) }
}
