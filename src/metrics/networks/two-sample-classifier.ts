import { conv2d, dense, flatten, heNormal, leakyRelu, stack } from '../../nn/index.ts'
import { evaluation, randomness } from '../../nn/layer.ts'
import type { Layer } from '../../nn/layer.ts'
import { adam, linear } from '../../optim/index.ts'
import type { Optimizer, OptimizerState } from '../../optim/index.ts'
import { compile } from '../../runtime/compile.ts'
import { readFloats, write } from '../../runtime/device.ts'
import { grad } from '../../tensor/grad.ts'
import {
  add,
  cast,
  constant,
  gather,
  literal,
  mean,
  mul,
  randomUniform,
  reshape,
  softplus,
} from '../../tensor/operations/index.ts'
import { sizeOf } from '../../tensor/shape.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import { leavesOf, mapTree } from '../../tensor/tree.ts'
import type { Variables } from '../../tensor/tree.ts'
import { filledUp, keptByDevice, samplesAtOnce } from '../statistics/on-device.ts'
import type { Rows } from '../statistics/rows.ts'

/** A network trained to tell two kinds of samples apart. Training it again starts from scratch. */
interface TwoSampleClassifier {
  /** Trains on as many samples of the first kind as of the second, which follow them. */
  train(samples: Rows, seed: number): Promise<void>
  /** One logit a sample, above 0 where the network takes it to be of the first kind. */
  predict(samples: Rows): Promise<Float32Array>
}

/** Samples of each kind in a training step: fewer where they are so large that their gradients would not fit into a device's memory. */
const batchOf = (shape: Shape): number => Math.max(2, Math.min(64, Math.floor(2 ** 23 / sizeOf(shape))))
const learningRate = 2e-3
const slope = 0.2

/** Images are told apart by a small convolutional network, rows of numbers by a perceptron. */
const isImages = (shape: Shape): boolean => shape.length === 3

/** About ten passes over a thousand images; rows of few numbers are cheap, and tell less in a pass. */
const stepsFor = (shape: Shape): number => (isImages(shape) ? 160 : 1000)

/** Random streams, so far apart that none runs into the next. */
const streams = { rows: 0, start: 1 } as const

/** Everything that changes from step to step. */
type State = { readonly step: Tensor; readonly parameters: Variables; readonly optimizer: OptimizerState }

/** The classifier for so many samples of a kind, of that shape; kept by the device. */
export const twoSampleClassifier = keptByDevice(
  (shape: Shape, perKind: number) => `${shape.join(' x ')}, ${perKind}`,
  async (device, shape, perKind): Promise<TwoSampleClassifier> => {
    const steps = stepsFor(shape)
    const block = samplesAtOnce(shape)
    const network = isImages(shape) ? convolutional(shape) : perceptron
    const optimizer = adam({ learningRate: linear(learningRate, 0, steps) })
    const samples = device.variable('samples', [2 * perKind, ...shape])
    const seed = device.variable('seed', [2], 'i32')
    const start = initialState(network, optimizer, shape, seed.tensor)
    const variables = new Map(
      leavesOf(start).map(([name, traced]) => [name, device.variable(name, traced.shape, traced.dtype)]),
    )
    const state = mapTree(start, (traced, name) => variables.get(name)?.tensor ?? traced)
    const updatesTo = (next: State) =>
      leavesOf(next).flatMap(([name, value]) => {
        const variable = variables.get(name)
        return variable ? [[variable, value] as const] : []
      })
    const input = device.variable('input', [block, ...shape])
    const logits = device.variable('logits', [block])
    const begin = await compile(device, { updates: updatesTo(start), report: {} })
    const trainStep = await compile(device, {
      updates: updatesTo(stateAfter(state, network, optimizer, samples.tensor, seed.tensor)),
      report: {},
    })
    const classify = await compile(device, {
      updates: [[logits, reshape(outputOf(network, state, input.tensor), [block])]],
      report: {},
    })
    return {
      async train({ values }, someSeed) {
        write(device, samples, values)
        write(device, seed, [someSeed, 0])
        await begin.run()
        await trainStep.run(steps)
      },
      async predict({ values, count, size }) {
        const predicted = new Float32Array(count)
        for (let first = 0; first < count; first += block) {
          const some = values.subarray(first * size, Math.min(first + block, count) * size)
          write(device, input, filledUp(some, block * size, 0))
          await classify.run()
          predicted.set(readFloats(device, logits.tensor).subarray(0, count - first), first)
        }
        return predicted
      },
    }
  },
)

function initialState(network: Layer, optimizer: Optimizer, shape: Shape, seed: Tensor): State {
  const step = constant(0, 'i32')
  const { parameters } = network.init(shape, randomness({ seed, step }, streams.start))
  return { step, parameters, optimizer: optimizer.init(parameters) }
}

/** One step down the mean cross-entropy of samples drawn at random, as many of each kind. */
function stateAfter(state: State, network: Layer, optimizer: Optimizer, samples: Tensor, seed: Tensor): State {
  const { step, parameters } = state
  const perKind = samples.shape[0] / 2
  const batch = batchOf(samples.shape.slice(1))
  const drawn = cast(mul(randomUniform({ seed, step }, streams.rows, [2, batch]), perKind), 'i32')
  const rows = reshape(add(drawn, literal([0, perKind], [2, 1], 'i32')), [2 * batch])
  const logits = reshape(outputOf(network, state, gather(samples, rows)), [2, batch])
  const loss = mean(softplus(mul(logits, literal([-1, 1], [2, 1]))))
  const updated = optimizer.update(grad(loss, parameters), state.optimizer, parameters, step)
  return { step: add(step, 1), parameters: updated.parameters, optimizer: updated.state }
}

const outputOf = (network: Layer, { parameters }: State, x: Tensor): Tensor =>
  network.apply({ parameters, buffers: {} }, x, evaluation).output

const hidden = (layer: Layer): readonly Layer[] => [layer, leakyRelu(slope)]
const initializer = heNormal(slope)

const perceptron = stack([...hidden(dense(128, { initializer })), ...hidden(dense(128, { initializer })), dense(1)])

/** Images are halved until they have no more than 4 pixels a side. */
function convolutional([height, width]: Shape): Layer {
  const halvings = Math.max(1, Math.ceil(Math.log2(Math.max(height, width) / 4)))
  const kernels = Array.from({ length: halvings }, (_, level) =>
    conv2d(Math.min(16 * 2 ** level, 64), { kernel: level === 0 ? 5 : 3, stride: 2, padding: 'same', initializer }),
  )
  return stack([...kernels.flatMap(hidden), flatten(), dense(1)])
}
