import type { LayerVariables } from '../nn/layer.ts'
import { movingAverage } from '../optim/average.ts'
import { withPath } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'
import type { Game, GameState } from './game.ts'

/**
 * The generator's moving average after a step that gave it these variables. Running statistics are averaged like
 * parameters: they belong together.
 */
export function averageAfter(
  { averageDecay }: Game,
  { average, step }: GameState,
  variables: LayerVariables,
): LayerVariables {
  if (averageDecay === null) return average
  const follow = (mean: Variables, now: Variables) => movingAverage(mean, now, averageDecay, step)
  return withPath('average', () => ({
    parameters: follow(average.parameters, variables.parameters),
    buffers: follow(average.buffers, variables.buffers),
  }))
}
