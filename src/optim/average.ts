import { add, cast, div, max, mul, sub } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'
import { mapVariables } from './optimizer.ts'

/**
 * The exponential moving average after one more update: average += (1 - decay) (variable - average).
 * Early on the decay is only (1 + step) / (10 + step), so that the random first values are soon forgotten.
 * @param step how many updates were averaged before this one, i32 [].
 */
export function movingAverage(average: Variables, variables: Variables, decay: number, step: Tensor): Variables {
  // The larger of 1 - (1 + step) / (10 + step) and 1 - decay.
  const share = max(div(9, add(cast(step, 'f32'), 10)), 1 - decay)
  return mapVariables(average, (mean, name) => add(mean, mul(share, sub(variables[name], mean))))
}
