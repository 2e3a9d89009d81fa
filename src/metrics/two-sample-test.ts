import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { sameShape } from '../tensor/shape.ts'
import type { Shape } from '../tensor/tensor.ts'
import { wilsonInterval } from './statistics/binomial.ts'
import { draw, pickRows } from './statistics/random-draw.ts'
import { twoSampleClassifier } from './networks/two-sample-classifier.ts'
import { rowsOf } from './statistics/image-set.ts'
import type { ImageSet } from './statistics/image-set.ts'
import { inTurn } from './statistics/on-device.ts'
import { requireComparable } from './statistics/centered-points.ts'
import type { Rows } from './statistics/rows.ts'

/** The accuracy of a classifier that tells generated samples from real ones. */
export interface TwoSampleAccuracy {
  /** The share of the test samples that it classifies correctly: 0.5 is chance. */
  readonly accuracy: number
  /** The lower end of Wilson's interval of 95 % around it. */
  readonly low: number
  /** Its upper end. */
  readonly high: number
}

const fewest = 4

/**
 * The classifier two-sample test (Lopez-Paz and Oquab 2017): a fresh classifier learns to tell real from generated samples by one half of
 * each, and is tested on the other half. Of the larger set, as many are drawn as the smaller one has, so that guessing is right half of
 * the time. Images are told apart by a small convolutional network, rows of numbers by a perceptron.
 *
 * The seed, a whole number in [0, 2^31), decides which halves, and how the classifier begins.
 * Throws a UserError where there are fewer than four samples of a kind, they differ in shape, or a number is not finite.
 */
export async function twoSampleTest(
  device: Device,
  real: ImageSet | Rows,
  generated: ImageSet | Rows,
  { seed = 0 }: { readonly seed?: number } = {},
): Promise<TwoSampleAccuracy> {
  const [shape, otherShape] = [shapeOf(real), shapeOf(generated)]
  if (!sameShape(shape, otherShape)) {
    throw new UserError(
      `Samples of ${shape.join(' x ')} and of ${otherShape.join(' x ')} are told apart by their size alone.`,
    )
  }
  const sets = [real, generated].map((samples) => ('shape' in samples ? rowsOf(samples) : samples))
  requireComparable(sets)
  const count = Math.min(...sets.map((set) => set.count))
  if (count < fewest) throw new UserError(`A test of ${count} samples of a kind says nothing; give more of them.`)
  const half = Math.floor(count / 2)
  const [learned, tested] = halves(sets, count, half, seed)
  const standard = standardOf(learned, shape.length === 3)
  return inTurn(device, async () => {
    const { train, predict } = await twoSampleClassifier(device, shape, half)
    await train(standard(learned), seed)
    const logits = await predict(standard(tested))
    const right = logits.reduce((sum, logit, row) => sum + Number(logit > 0 === row < tested.count / 2), 0)
    const [low, high] = wilsonInterval(right, tested.count)
    return { accuracy: right / tested.count, low, high }
  })
}

const shapeOf = (samples: ImageSet | Rows): Shape => ('shape' in samples ? samples.shape : [samples.size])

/** To learn from and to be tested by: the real ones of each first, then as many generated ones. */
function halves(sets: readonly Rows[], count: number, half: number, seed: number): [learned: Rows, tested: Rows] {
  const orders = sets.map((set, stream) => draw(seed, stream, 0, set.count, count))
  const part = (from: number, to: number) =>
    joined(sets.map((set, index) => pickRows(set, orders[index].subarray(from, to))))
  return [part(0, half), part(half, count)]
}

function joined([first, second]: readonly Rows[]): Rows {
  const values = new Float32Array(first.values.length + second.values.length)
  values.set(first.values)
  values.set(second.values, first.values.length)
  return { values, count: first.count + second.count, size: first.size }
}

/** Gives rows mean 0 and deviation 1 as these have them: columns one by one or, of images, all pixels alike. */
function standardOf({ values, count, size }: Rows, alike: boolean): (rows: Rows) => Rows {
  const columns = alike ? 1 : size
  const sums = new Float64Array(columns)
  const squares = new Float64Array(columns)
  for (let at = 0; at < values.length; at++) {
    sums[at % columns] += values[at]
    squares[at % columns] += values[at] * values[at]
  }
  const numbers = (count * size) / columns
  const means = sums.map((sum) => sum / numbers)
  const deviations = squares.map((square, i) => Math.sqrt(Math.max(square / numbers - means[i] ** 2, 0)) || 1)
  return (rows) => ({
    ...rows,
    values: rows.values.map((value, at) => (value - means[at % columns]) / deviations[at % columns]),
  })
}
