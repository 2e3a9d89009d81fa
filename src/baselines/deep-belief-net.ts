/**
 * A deep belief net (Hinton, Osindero and Teh 2006, A fast learning algorithm for deep belief nets): restricted Boltzmann
 * machines, each of which learns from the hidden units of the one below, without the paper's fine-tuning at the end. The top one
 * sees the classes too, so that samples of a class can be drawn, and its free energy tells how likely each class is.
 */
import { meanOf } from '../metrics/statistics/centered-points.ts'
import type { Rows } from '../metrics/statistics/rows.ts'
import type { Randomness } from '../nn/layer.ts'
import { write } from '../runtime/device.ts'
import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { concat, gather } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { draw, hiddenGiven, logJointOf, oneHot } from './boltzmann/machine.ts'
import type { Machine } from './boltzmann/machine.ts'
import { trainMachine } from './boltzmann/contrastive-divergence.ts'
import type { Learning } from './boltzmann/contrastive-divergence.ts'
import { gibbsSampler } from './boltzmann/gibbs-chain.ts'
import type { Beginnings, BeliefNet, ChainOptions } from './boltzmann/gibbs-chain.ts'
import { countLabels, requireLabeled } from './baseline-model.ts'
import type { Generative, LabeledRows } from './baseline-model.ts'
import { spreadLabels, wordsOf } from './random-streams.ts'
import { rowwise } from './rowwise-program.ts'

/** What one machine of a net is told; what is left out is as in `usualLearning`. */
export type LayerOptions = Partial<Learning>

/** How a machine learns unless told otherwise; twice the learning rate made worse samples of digits. */
const usualLearning: Learning = {
  hidden: 500,
  epochs: 10,
  leastSteps: 1000,
  batch: 100,
  learningRate: 0.05,
  momentum: 0.5,
  weightDecay: 2e-4,
  gibbsSteps: 1,
  persistent: true,
}

/** How chains run unless told otherwise. */
const usualChains: ChainOptions = { chains: 250, burnIn: 200, between: 20, fromData: false }

/** What a net consists of, and how its samples are drawn. */
export interface DeepBeliefOptions {
  /**
   * Its machines, from the pixels upward. Default: 500 hidden units whose dreams begin at the data, so that what is above them
   * sees much of what is below, then 1000 whose dreams go on, as they are what samples are drawn from.
   */
  readonly layers?: readonly LayerOptions[]
  /** Default: 250 chains, 200 steps before their first samples, 20 from one to the next. */
  readonly chain?: Partial<ChainOptions>
}

const usualLayers: readonly LayerOptions[] = [
  { hidden: 500, epochs: 5, learningRate: 0.1, persistent: false },
  { hidden: 1000 },
]

/** Rows are judged this many at a time. */
const rowsAtOnce = 100

export const deepBeliefNet = ({ layers = usualLayers, chain = {} }: DeepBeliefOptions = {}): Generative => ({
  name: 'deep belief net',
  needsMarkovChain: true,
  async fit(data, { device, seed = 0 }) {
    requireLabeled(data)
    requireUnitRange(data.rows)
    if (layers.length === 0) throw new UserError('A deep belief net needs at least one layer; give one.')
    const chains = { ...usualChains, ...chain }
    const { net, unitsAt } = await trainNet(
      device,
      data,
      layers.map((layer) => ({ ...usualLearning, ...layer })),
      seed,
    )
    const counts = countLabels(data.labels, data.classes)
    const draws = await gibbsSampler(device, net, { unitsAt, members: membersOf(data) }, chains)
    const score = await rowwise(device, data.rows.size, rowsAtOnce, (rows) =>
      logJointOf(
        net.top,
        net.lower.reduce((visible, machine) => hiddenGiven(machine, visible), rows),
        net.classes,
      ),
    )
    return {
      sample: (count, someSeed, label) => draws(count, someSeed, spreadLabels(counts, chains.chains, someSeed, label)),
      async logJoint(rows) {
        const { values, count, size } = await score(rows)
        return { values: Float64Array.from(values), count, size }
      },
    }
  },
})

/** Machine by machine, each from units of the ones below that are drawn anew every time. */
async function trainNet(
  device: Device,
  { rows, labels, classes }: LabeledRows,
  layers: readonly Learning[],
  seed: number,
): Promise<{ readonly net: BeliefNet } & Pick<Beginnings, 'unitsAt'>> {
  const pixels = device.variable('rows', [rows.count, rows.size])
  write(device, pixels, rows.values)
  const kinds = device.variable('labels', [rows.count], 'i32')
  write(device, kinds, labels)

  const group = classes > 1 ? classes : 0
  const lower: Machine[] = []
  const unitsThrough =
    (below: readonly Machine[]) =>
    (at: Tensor, random: Randomness): Tensor =>
      below.reduce((visible, machine) => draw(hiddenGiven(machine, visible), 0, random), gather(pixels.tensor, at))
  for (const [depth, learning] of layers.entries()) {
    const isTop = depth === layers.length - 1
    const unitsAt = unitsThrough([...lower])
    const training = {
      total: rows.count,
      classes: isTop ? group : 0,
      bias: [
        ...(depth === 0 ? logOdds(rows) : Array.from({ length: layers[depth - 1].hidden }, () => 0)),
        ...Array.from({ length: isTop ? group : 0 }, () => 0),
      ],
      visibleAt: (at: Tensor, random: Randomness) =>
        isTop && group > 0
          ? concat([unitsAt(at, random), oneHot(gather(kinds.tensor, at), group)], 1)
          : unitsAt(at, random),
    }
    // A seed leaves the upper bits of its high word free.
    const [low, high] = wordsOf(seed)
    lower.push(await trainMachine(device, training, learning, [low, high + depth * 2 ** 21]))
  }
  const [top] = lower.splice(-1)
  return { net: { lower, top, classes: group }, unitsAt: unitsThrough(lower) }
}

/** The rows of each class. */
const membersOf = ({ labels, classes, rows }: LabeledRows): Int32Array[] => {
  const all = Int32Array.from({ length: rows.count }, (_, row) => row)
  return Array.from({ length: classes }, (_, label) => all.filter((row) => labels[row] === label))
}

/** The bias with which a unit by itself is on as often as its pixel: Hinton 2010, section 8.1. Never infinite. */
const logOdds = (rows: Rows): number[] =>
  Array.from(meanOf([rows]), (mean) => Math.log((mean * rows.count + 1) / ((1 - mean) * rows.count + 1)))

function requireUnitRange({ values }: Rows): void {
  const stray = values.find((value) => !(value >= 0 && value <= 1))
  if (stray !== undefined) {
    throw new UserError(
      `Boltzmann machines take pixels as probabilities, from 0 to 1, but one is ${stray}; scale them.`,
    )
  }
}
