/** Samples of a belief net: Gibbs sampling in its top machine, and one pass down to the pixels. */
import { inTurn } from '../../metrics/statistics/on-device.ts'
import type { Rows } from '../../metrics/statistics/rows.ts'
import { randomness } from '../../nn/layer.ts'
import type { Randomness } from '../../nn/layer.ts'
import { compile } from '../../runtime/compile.ts'
import { readFloats, write } from '../../runtime/device.ts'
import type { Device } from '../../runtime/device.ts'
import { add, broadcast, concat, reshape, sigmoid, sliceAxis } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { draw, hiddenGiven, oneHot, visibleGiven } from './machine.ts'
import type { Machine } from './machine.ts'
import { randomUniform } from '../../tensor/threefry.ts'
import { streams, wordsOf } from '../random-streams.ts'

/** How long chains run. */
export interface ChainOptions {
  /** Chains that run side by side. */
  readonly chains: number
  /** Steps before the first sample. */
  readonly burnIn: number
  /** Steps from one sample of a chain to its next; null where each sample has a chain of its own. */
  readonly between: number | null
  /**
   * Whether chains begin at rows that were learned from, rather than at the units as often on as their biases alone have it: a machine
   * that never dreamed far from its data knows nothing of what lies there.
   */
  readonly fromData: boolean
}

/** Rows where chains may begin. */
export interface Beginnings {
  /** The top machine's units, without the classes, that are drawn for rows (i32 [n]). */
  unitsAt(rows: Tensor, random: Randomness): Tensor
  /** Which rows there are of each class. */
  readonly members: readonly Int32Array[]
}

/** A stack of machines: the visible units of each are the hidden ones of the one below it; the top one has the classes. */
export interface BeliefNet {
  /** From the pixels upward, without the top one. */
  readonly lower: readonly Machine[]
  readonly top: Machine
  /** How many of the top one's visible units, the last ones, are a group of classes; 0 for none. */
  readonly classes: number
}

/**
 * `sample(count, seed, labels)`: so many samples, [count, pixels], each what the pixels are on average given the units above them.
 * Sample i is from chain i modulo their number, which keeps its class, the one that `labels` has for it.
 */
export async function gibbsSampler(
  device: Device,
  { lower, top, classes }: BeliefNet,
  { unitsAt, members }: Beginnings,
  { chains, burnIn, between, fromData }: ChainOptions,
) {
  const units = top.visibleBias.shape[0] - classes
  const pixels = (lower[0] ?? top).visibleBias.shape[0] - (lower.length === 0 ? classes : 0)
  const seed = device.variable('chainSeed', [2], 'i32')
  const step = device.variable('chainStep', [], 'i32')
  const labels = device.variable('chainLabels', [chains], 'i32')
  const rows = device.variable('chainRows', [chains], 'i32')
  const visible = device.variable('chain', [chains, units + classes])
  const shown = device.variable('chainPixels', [chains, pixels])

  const random = randomness({ seed: seed.tensor, step: step.tensor }, streams.chain)
  const withClass = (own: Tensor): Tensor => (classes === 0 ? own : concat([own, oneHot(labels.tensor, classes)], 1))
  const ofClass = (drawn: Tensor): Tensor => withClass(sliceAxis(drawn, 1, 0, units))
  const byBiases = () =>
    draw(sigmoid(broadcast(reshape(top.visibleBias, [1, -1]), visible.tensor.shape)), classes, random)
  const begin = await compile(device, {
    updates: [
      [visible, fromData ? withClass(unitsAt(rows.tensor, random)) : ofClass(byBiases())],
      [step, add(step.tensor, 1)],
    ],
    report: {},
  })
  const hidden = draw(hiddenGiven(top, visible.tensor), 0, random)
  const walk = await compile(device, {
    updates: [
      [visible, ofClass(draw(visibleGiven(top, hidden, classes), classes, random))],
      [step, add(step.tensor, 1)],
    ],
    report: {},
  })
  const above = sliceAxis(visibleGiven(top, hiddenGiven(top, visible.tensor), classes), 1, 0, units)
  const down = lower.toReversed().reduce((hiddenMeans, machine) => visibleGiven(machine, hiddenMeans, 0), above)
  const show = await compile(device, { updates: [[shown, down]], report: {} })

  return (count: number, someSeed: number, ofChains: Int32Array): Promise<Rows> =>
    inTurn(device, async () => {
      write(device, seed, wordsOf(someSeed))
      write(device, step, [0])
      write(device, labels, ofChains)
      const values = new Float32Array(count * pixels)
      for (let first = 0; first < count; first += chains) {
        if (first === 0 || between === null) {
          write(device, rows, rowsFor(ofChains, members, someSeed, first))
          await begin.run()
          await walk.run(burnIn)
        } else await walk.run(between)
        await show.run()
        const some = Math.min(chains, count - first)
        values.set(readFloats(device, shown.tensor).subarray(0, some * pixels), first * pixels)
      }
      return { values, count, size: pixels }
    })
}

/** A row for each chain, of its class. */
function rowsFor(labels: Int32Array, members: readonly Int32Array[], seed: number, turn: number): Int32Array {
  const random = randomUniform(wordsOf(seed), streams.labels, 1 + turn, labels.length)
  return labels.map((label, chain) => members[label][Math.floor(random[chain] * members[label].length)])
}
