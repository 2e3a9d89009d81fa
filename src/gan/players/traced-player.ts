import { learning } from '../../nn/layer.ts'
import type { Applied, Layer, LayerVariables, Randomness } from '../../nn/layer.ts'
import { mapVariables } from '../../optim/optimizer.ts'
import type { Optimizer, OptimizerState } from '../../optim/optimizer.ts'
import { grad } from '../../tensor/grad.ts'
import { add, stopGradient } from '../../tensor/operations/index.ts'
import { withPath } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Batch } from '../examples/batch.ts'
import type { Constraint } from '../losses/constraint.ts'

/** One side of a game while a step is traced: its variables are those after everything it has done so far. */
export interface TracedPlayer {
  /** Its variables by now. */
  readonly variables: LayerVariables
  /** What its optimizer keeps by now. */
  readonly optimizerState: OptimizerState
  /** What it makes of a batch, in training mode. */
  play(batch: Batch): Applied
  /** Moves the parameters one update down the loss. */
  descend(loss: Tensor): void
}

/** A player before it has done anything in this step. */
export interface PlayerStart {
  /** What paths of tensors call it. */
  readonly name: string
  /** Its network. */
  readonly layer: Layer
  /** Its variables at the beginning of the step. */
  readonly variables: LayerVariables
  /** What moves its parameters. */
  readonly optimizer: Optimizer
  /** What the optimizer keeps. */
  readonly optimizerState: OptimizerState
  /** How many updates this player has made, i32 []. */
  readonly updates: Tensor
  /** What holds its parameters after each of them. */
  readonly constraint?: Constraint | undefined
  /** What its layers may draw. */
  readonly random: Randomness
}

/** Begins to trace what a player does in one step. For methods of your own as well. */
export function tracePlayer({ name, layer, optimizer, constraint, random, ...start }: PlayerStart): TracedPlayer {
  let { variables, optimizerState, updates } = start
  return {
    get variables() {
      return variables
    },
    get optimizerState() {
      return optimizerState
    },
    play({ values, given }) {
      const applied = withPath(name, () => layer.apply(variables, values, learning(random, given)))
      variables = { parameters: variables.parameters, buffers: applied.buffers }
      return applied
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
