import type { LayerVariables } from '../../nn/layer.ts'
import { movingAverage } from '../../optim/average.ts'
import { withPath } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import type { TwoPlayerSettings, TwoPlayerState } from './two-player.ts'

/**
 * The generator's moving average after a step that gave it these variables. Running statistics are averaged like
 * parameters: they belong together.
 * @param step how many steps were done before, i32 [].
 */
export function averageAfter(
  { averageDecay }: Pick<TwoPlayerSettings, 'averageDecay'>,
  { average }: Pick<TwoPlayerState, 'average'>,
  variables: LayerVariables,
  step: Tensor,
): LayerVariables {
  if (averageDecay === null) return average
  const follow = (mean: Variables, now: Variables) => movingAverage(mean, now, averageDecay, step)
  return withPath('average', () => ({
    parameters: follow(average.parameters, variables.parameters),
    buffers: follow(average.buffers, variables.buffers),
  }))
}
