/** A whole training step of a game as one ONNX model (forward, backward, Adam), for ONNX Runtime in Node and in pages. */

import { statePlaceholders } from '../src/gan/game/generation-state.ts'
import { traceTraining } from '../src/gan/game/training-state.ts'
import { exportOnnx } from '../src/onnx/export.ts'
import type { NamedTensor } from '../src/onnx/trace.ts'
import { input } from '../src/tensor/operations/index.ts'
import { sizeOf } from '../src/tensor/shape.ts'
import { simplify } from '../src/tensor/simplify.ts'
import { topological } from '../src/tensor/graph.ts'
import { isKind } from '../src/tensor/tensor.ts'
import type { Shape, Tensor } from '../src/tensor/tensor.ts'
import { leavesOf } from '../src/tensor/tree.ts'
import * as forger from '../src/browser.ts'
import { gameNamed } from './games.mjs'
import { initialLayers, rules } from './peers/stand-in.mjs'
import type { DenseGameName } from './peers/stand-in.mjs'

/** An array that a step reads and gives back changed, as `next`. */
export interface StateArray {
  readonly name: string
  readonly next: string
  readonly shape: Shape
  readonly dtype: 'float32' | 'int32'
}

/** The model with what it takes: `real` and `noise` are new in each step. It gives both losses as well. */
export interface OnnxStep {
  readonly model: Uint8Array
  readonly real: Shape
  readonly noise: { readonly names: readonly string[]; readonly shape: Shape }
  readonly state: readonly StateArray[]
}

export const lossNames = ['discriminatorLoss', 'generatorLoss'] as const

export function exportStep(name: DenseGameName): OnnxStep {
  const noise: NamedTensor[] = []
  const latents = [rules.batch, rules.games[name].generator[0]]
  const fedLatents = () => {
    const label = `noise${noise.length + 1}`
    const tensor = input(label, latents)
    noise.push({ name: label, tensor })
    return tensor
  }
  const { settings } = gameNamed(forger, name)
  const game = forger.twoPlayerGame({ ...settings, prior: { ...settings.prior, sample: fedLatents } })

  // What the step keeps only for drawing its minibatches and latents is not exported: they are fed.
  const state = statePlaceholders(game)
  const images = input('images', [rules.batch, rules.pixels])
  const next = traceTraining(game, game.stages[0], state, { [game.generation.imitates]: images })

  const before = leavesOf({ ...state, seed: {}, epoch: {}, position: {} })
  const after = leavesOf({ ...next.state, seed: {}, epoch: {}, position: {} })
  const losses = lossNames.map((label) => next.report[label])
  const results = simplify([...after.map(([, tensor]) => tensor), ...losses])
  return {
    model: exportOnnx(
      {
        inputs: [
          { name: 'real', tensor: minibatchOf(images, results) },
          ...noise,
          ...before.map(([label, tensor]) => ({ name: label, tensor })),
        ],
        outputs: [...after.map(([label]) => nextName(label)), ...lossNames].map((label, i) => ({
          name: label,
          tensor: results[i],
        })),
        weights: new Map(),
      },
      { graphName: `training step of ${name}` },
    ),
    real: images.shape,
    noise: { names: noise.map((one) => one.name), shape: latents },
    state: before.map(([label, { shape, dtype }]) => ({
      name: label,
      next: nextName(label),
      shape,
      dtype: dtype === 'i32' ? 'int32' : 'float32',
    })),
  }
}

const nextName = (name: string): string => `${name} afterwards`

/** What the step picks from the images: fed from outside, it takes the place of the picking. */
function minibatchOf(images: Tensor, results: readonly Tensor[]): Tensor {
  const picked = topological(results).find((tensor) => isKind(tensor, 'gather') && tensor.inputs[0] === images)
  if (picked === undefined) throw new Error('The step picks no minibatch.')
  return picked
}

/** A new game's state: random weights, all else zero. */
export function initialValues({ name, shape, dtype }: StateArray): Float32Array | Int32Array {
  const isWeight = /^(generator|discriminator)\.parameters\./.test(name) && shape.length === 2
  if (isWeight) return initialLayers(shape)[0].weight
  return dtype === 'int32' ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape))
}
