import { square } from '../tensor/composite.ts'
import { add, cast, div, exp, mul, neg, sqrt, sub, tanh } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mapVariables, zerosLike } from './optimizer.ts'
import type { Optimizer } from './optimizer.ts'
import { scheduleOf } from './schedules.ts'
import type { Schedule } from './schedules.ts'

/** The numbers of Adam. */
export interface AdamOptions {
  /** About how far a parameter moves in one update. */
  readonly learningRate: number | Schedule
  /** Decay of the mean of gradients, in [0, 1); default 0.9. At 0 that mean is not kept at all. */
  readonly beta1?: number
  /** Decay of the mean of squared gradients, in [0, 1); default 0.999. */
  readonly beta2?: number
  /** Added to the root of the mean square, against division by 0; default 1e-8. */
  readonly epsilon?: number
}

/**
 * Adam (Kingma and Ba 2015) as PyTorch computes it:
 * parameter -= rate / (1 - beta1^t) * first / (sqrt(second) / sqrt(1 - beta2^t) + epsilon), t = 1, 2, ...
 */
export function adam({ learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions): Optimizer {
  return {
    name: 'adam',
    init: (parameters) => ({ first: beta1 === 0 ? {} : zerosLike(parameters), second: zerosLike(parameters) }),
    update(gradients, state, parameters, step) {
      const first = mapVariables(state.first, (mean, name) => add(mean, mul(sub(gradients[name], mean), 1 - beta1)))
      const second = mapVariables(state.second, (mean, name) =>
        add(mul(mean, beta2), mul(square(gradients[name]), 1 - beta2)),
      )
      // The fraction is expanded by sqrt(1 - beta2^t), so that all corrections are scalars that are computed once.
      const time = add(cast(step, 'f32'), 1)
      const correction = sqrt(oneMinusPower(beta2, time))
      const size = div(mul(scheduleOf(learningRate)(step), correction), oneMinusPower(beta1, time))
      const floor = mul(correction, epsilon)
      const direction = beta1 === 0 ? gradients : first
      return {
        parameters: mapVariables(parameters, (parameter, name) =>
          sub(parameter, div(mul(direction[name], size), add(sqrt(second[name]), floor))),
        ),
        state: { first, second },
      }
    },
  }
}

/**
 * 1 - beta^t without the loss of digits that the difference suffers where beta^t is near 1 (beta 0.999, t 1: four of
 * seven digits): for x = t log beta it is -(exp(x) - 1) = -tanh(x / 2) (exp(x) + 1).
 */
function oneMinusPower(beta: number, time: Tensor): Tensor | number {
  if (beta === 0) return 1
  const x = mul(time, Math.log(beta))
  return mul(neg(tanh(mul(x, 0.5))), add(exp(x), 1))
}
