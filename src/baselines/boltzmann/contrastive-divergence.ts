/**
 * How a machine learns: the gradient of the log likelihood is <v h> of the data minus <v h> of the machine's own dreams.
 * Dreams come from a few steps of Gibbs sampling, which begin at the data (contrastive divergence: Hinton 2002, Training
 * products of experts by minimizing contrastive divergence), or go on from where they were (persistent: Tieleman 2008,
 * Training restricted Boltzmann machines using approximations to the likelihood gradient).
 */
import { randomness } from '../../nn/layer.ts'
import type { Randomness } from '../../nn/layer.ts'
import { compile } from '../../runtime/compile.ts'
import type { Device } from '../../runtime/device.ts'
import {
  add,
  broadcast,
  cast,
  constant,
  div,
  lessEqual,
  literal,
  matmul,
  mean,
  mul,
  randomNormal,
  shuffle,
  sub,
  transpose,
  where,
} from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Seed } from '../../tensor/threefry.ts'
import { draw, hiddenGiven, visibleGiven } from './machine.ts'
import type { Machine } from './machine.ts'
import { streams } from '../random-streams.ts'
import { variablesFor } from './variable-state.ts'

/** How one machine learns. */
export interface Learning {
  /** How many hidden units it has. */
  readonly hidden: number
  /** How often it sees all rows. */
  readonly epochs: number
  /** Steps, at least: with few rows, some epochs would be next to nothing. */
  readonly leastSteps: number
  /** How many rows it sees at a time, and how many dreams go on side by side. */
  readonly batch: number
  /** What gradients are multiplied by at first; it falls to 0 in a straight line. */
  readonly learningRate: number
  /** Share of the last change that is kept. */
  readonly momentum: number
  /** What share of each weight is taken from its gradient. */
  readonly weightDecay: number
  /** Steps of Gibbs sampling for each gradient: the k of CD-k. */
  readonly gibbsSteps: number
  /** Whether dreams go on from where they were. */
  readonly persistent: boolean
}

/** What a machine learns from. */
export interface TrainingSet {
  /** How many rows there are. */
  readonly total: number
  /** The visible units of rows (i32 [batch]), [batch, visible]; they may be drawn anew each time. */
  visibleAt(rows: Tensor, random: Randomness): Tensor
  /** How many of the visible units, the last ones, are a group of classes. */
  readonly classes: number
  /** First values of the bias of the visible units. */
  readonly bias: readonly number[]
}

/** The gradient of the log likelihood, estimated, and the dreams after the last step: visible units, drawn. */
export function divergence(
  machine: Machine,
  data: Tensor,
  begin: Tensor,
  { gibbsSteps, classes }: { readonly gibbsSteps: number; readonly classes: number },
  random: Randomness,
): { readonly gradient: Machine; readonly fantasies: Tensor } {
  let fantasies = begin
  for (let step = 0; step < gibbsSteps; step++) {
    const hidden = draw(hiddenGiven(machine, fantasies), 0, random)
    fantasies = draw(visibleGiven(machine, hidden, classes), classes, random)
  }
  const [ofData, ofFantasies] = [statistics(machine, data), statistics(machine, fantasies)]
  return { gradient: machineOf((part) => sub(ofData[part], ofFantasies[part])), fantasies }
}

/** Means over the rows of what the energy is linear in. Hidden units count with their probabilities, which vary less. */
function statistics(machine: Machine, visible: Tensor): Machine {
  const hidden = hiddenGiven(machine, visible)
  return {
    weight: div(matmul(transpose(visible), hidden), visible.shape[0]),
    visibleBias: mean(visible, { axes: [0] }),
    hiddenBias: mean(hidden, { axes: [0] }),
  }
}

const machineOf = (make: (part: keyof Machine) => Tensor): Machine => ({
  weight: make('weight'),
  visibleBias: make('visibleBias'),
  hiddenBias: make('hiddenBias'),
})

/** Trains a machine, whose tensors are variables of the device. */
export async function trainMachine(
  device: Device,
  training: TrainingSet,
  learning: Learning,
  seed: Seed,
): Promise<Machine> {
  const { total, classes, bias } = training
  const { hidden, epochs, leastSteps, momentum, weightDecay, learningRate, persistent } = learning
  const batch = Math.min(learning.batch, total)
  const steps = Math.max(epochs * Math.floor(total / batch), leastSteps)
  const seedWords = literal(seed, [2], 'i32')
  const none = constant(0, 'i32')

  const source = { seed: seedWords, step: none }
  const firstRows = shuffle(source, streams.order, total, none, batch)
  const machine: Machine = {
    weight: mul(randomNormal(source, streams.start, [bias.length, hidden]), 0.01),
    visibleBias: literal(bias),
    hiddenBias: broadcast(constant(0), [hidden]),
  }
  const start = {
    machine,
    change: machineOf((part) => broadcast(constant(0), machine[part].shape)),
    fantasies: training.visibleAt(firstRows, randomness(source, streams.start + 1)),
    step: none,
    epoch: none,
    position: none,
  }
  const { present, updatesTo } = variablesFor(device, start)

  const random = randomness({ seed: seedWords, step: present.step }, streams.step)
  const order = { seed: seedWords, step: present.epoch }
  const data = training.visibleAt(shuffle(order, streams.order, total, present.position, batch), random)
  const begin = persistent ? present.fantasies : data
  const { gradient, fantasies } = divergence(present.machine, data, begin, { ...learning, classes }, random)
  const rate = mul(sub(1, div(cast(present.step, 'f32'), steps)), learningRate)
  const held = { ...gradient, weight: sub(gradient.weight, mul(present.machine.weight, weightDecay)) }
  const change = machineOf((part) => add(mul(present.change[part], momentum), mul(held[part], rate)))
  const end = add(present.position, batch)
  const goesOn = lessEqual(end, total - batch)
  const next = {
    machine: machineOf((part) => add(present.machine[part], change[part])),
    change,
    fantasies,
    step: add(present.step, 1),
    epoch: where(goesOn, present.epoch, add(present.epoch, 1)),
    position: where(goesOn, end, 0),
  }

  const initialize = await compile(device, { updates: updatesTo(start), report: {} })
  const program = await compile(device, { updates: updatesTo(next), report: {} })
  await initialize.run()
  await program.run(steps)
  return present.machine
}
