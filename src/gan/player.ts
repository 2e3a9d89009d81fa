import { learning } from '../nn/layer.ts'
import type { Layer, LayerVariables, Randomness } from '../nn/layer.ts'
import { mapVariables } from '../optim/optimizer.ts'
import type { Optimizer, OptimizerState } from '../optim/optimizer.ts'
import { grad } from '../tensor/grad.ts'
import { add, stopGradient } from '../tensor/operations/index.ts'
import { withPath } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Constraint } from './constraint.ts'
import { givenOf } from './labeled.ts'
import type { Labeled } from './labeled.ts'

/** One side of the game while a step is traced: its variables are those after everything it has done so far. */
export interface Player {
  readonly variables: LayerVariables
  readonly optimizerState: OptimizerState
  /** The outputs for a batch, in training mode, for the same classes. */
  play(batch: Labeled): Labeled
  /** Moves the parameters one update down the loss. */
  descend(loss: Tensor): void
}

interface Seat {
  readonly name: string
  readonly layer: Layer
  readonly variables: LayerVariables
  readonly optimizer: Optimizer
  readonly optimizerState: OptimizerState
  /** How many updates this player has made, i32 []. */
  readonly updates: Tensor
  /** What holds its parameters after each of them. */
  readonly constraint?: Constraint | undefined
  readonly random: Randomness
}

export function seatPlayer({ name, layer, optimizer, constraint, random, ...seat }: Seat): Player {
  let { variables, optimizerState, updates } = seat
  return {
    get variables() {
      return variables
    },
    get optimizerState() {
      return optimizerState
    },
    play({ values, labels }) {
      const { output, buffers } = withPath(name, () =>
        layer.apply(variables, values, learning(random, givenOf(labels))),
      )
      variables = { parameters: variables.parameters, buffers }
      return { values: output, labels }
    },
    descend(loss) {
      const gradients = withPath(`${name}Gradient`, () => grad(loss, variables.parameters))
      const updated = withPath(`${name}Update`, () => {
        const { parameters, state } = optimizer.update(gradients, optimizerState, variables.parameters, updates)
        return { parameters: constraint?.hold(parameters) ?? parameters, state }
      })
      // What was learned is given from here on: without the stop, the generator's gradient would flow through the update
      // of the discriminator as well (an unrolled GAN: Metz et al. 2017).
      variables = { parameters: mapVariables(updated.parameters, stopGradient), buffers: variables.buffers }
      optimizerState = updated.state
      updates = add(updates, 1)
    },
  }
}
