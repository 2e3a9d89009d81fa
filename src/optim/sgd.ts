import { add, mul, sub } from '../tensor/operations/index.ts'
import { mapVariables, zerosLike } from './optimizer.ts'
import type { Optimizer } from './optimizer.ts'
import { scheduleOf } from './schedules.ts'
import type { Schedule } from './schedules.ts'

/** The numbers of gradient descent. */
export interface SgdOptions {
  /** What gradients are multiplied by. */
  readonly learningRate: number | Schedule
  /** Share of the last velocity that is kept; default 0: plain descent, which keeps no state. */
  readonly momentum?: number | Schedule
  /** Whether to look ahead along the velocity (Nesterov); default false. */
  readonly nesterov?: boolean
}

/**
 * Stochastic gradient descent as PyTorch defines it:
 * velocity = momentum * velocity + gradient; parameter -= rate * velocity.
 */
export function sgd({ learningRate, momentum = 0, nesterov = false }: SgdOptions): Optimizer {
  if (momentum === 0) return plainSgd(learningRate)
  return {
    name: 'sgd',
    init: (parameters) => ({ velocity: zerosLike(parameters) }),
    update(gradients, state, parameters, step) {
      const rate = scheduleOf(learningRate)(step)
      const kept = scheduleOf(momentum)(step)
      const velocity = mapVariables(gradients, (gradient, name) => add(mul(kept, state.velocity[name]), gradient))
      const direction = nesterov
        ? mapVariables(gradients, (gradient, name) => add(gradient, mul(kept, velocity[name])))
        : velocity
      return {
        parameters: mapVariables(parameters, (parameter, name) => sub(parameter, mul(rate, direction[name]))),
        state: { velocity },
      }
    },
  }
}

const plainSgd = (learningRate: number | Schedule): Optimizer => ({
  name: 'sgd',
  init: () => ({}),
  update(gradients, state, parameters, step) {
    const rate = scheduleOf(learningRate)(step)
    return {
      parameters: mapVariables(parameters, (parameter, name) => sub(parameter, mul(rate, gradients[name]))),
      state,
    }
  },
})
