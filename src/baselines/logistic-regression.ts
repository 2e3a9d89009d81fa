/**
 * Multinomial logistic regression (Bishop 2006, section 4.3.4): the logarithms of the class probabilities are linear in the
 * row, up to their normalization. The loss is scikit-learn's, the sum of -log p over the rows + |weight|^2 / (2 C). It has one
 * minimum, which L-BFGS finds with gradients over all rows from the engine.
 */
import { meanOf } from '../metrics/statistics/centered-points.ts'
import type { Rows } from '../metrics/statistics/rows.ts'
import { compile } from '../runtime/compile.ts'
import { readFloats, write } from '../runtime/device.ts'
import type { Device } from '../runtime/device.ts'
import { logSoftmax, sumSquares } from '../tensor/composite.ts'
import { gradients } from '../tensor/grad.ts'
import { add, matmul, mul, neg, sum } from '../tensor/operations/index.ts'
import { classPosterior } from './bayes-rule.ts'
import { oneHot } from './boltzmann/machine.ts'
import { minimize } from './lbfgs.ts'
import { linearValues } from './linear-function.ts'
import { requireLabeled } from './baseline-model.ts'
import type { Discriminative, LabeledRows } from './baseline-model.ts'

/** How much the data is trusted, and how long the minimum is looked for. */
export interface LogisticOptions {
  /** C: the larger, the less weights are held back; default 1, as in scikit-learn. */
  readonly trust?: number
  /** Steps of L-BFGS, at most; default 200. */
  readonly iterations?: number
}

export const logisticRegression = ({ trust = 1, iterations = 200 }: LogisticOptions = {}): Discriminative => ({
  name: 'logistic regression',
  async fit(data, { device }) {
    requireLabeled(data)
    const { rows, classes } = data
    const { size } = rows
    const conditioning = condition(rows, 1 / (trust * rows.count))
    const evaluate = await prepare(device, data, conditioning, trust)
    const place = await minimize(evaluate, new Float64Array((size + 1) * classes), { iterations, tolerance: 1e-6 })
    const weight = Array.from({ length: classes }, (_, label) =>
      Float64Array.from({ length: size }, (_each, i) => place[i * classes + label] / conditioning.scale[i]),
    )
    const bias = weight.map((ofClass, label) =>
      ofClass.reduce((sofar, w, i) => sofar - w * conditioning.center[i], place[size * classes + label]),
    )
    return { probabilities: async (asked) => classPosterior(linearValues({ weight, bias }, asked)) }
  },
})

/** Columns are shifted and scaled for the search alone: weights are held back as what they are for the columns as given. */
interface Conditioning {
  readonly center: Float64Array
  readonly scale: Float64Array
}

/** Scales that make all curvatures of the loss about 1: those from the data, and `penalty` from the weights. */
function condition(rows: Rows, penalty: number): Conditioning {
  const { values, count, size } = rows
  const center = meanOf([rows])
  const scale = new Float64Array(size).fill(penalty)
  for (let at = 0; at < values.length; at++) scale[at % size] += (values[at] - center[at % size]) ** 2 / count
  return { center, scale: scale.map(Math.sqrt) }
}

/** The mean loss and its gradient at (weights of the scaled columns [size, classes], bias [classes]), one behind the other. */
async function prepare(
  device: Device,
  { rows: { values, count, size }, labels, classes }: LabeledRows,
  { center, scale }: Conditioning,
  trust: number,
) {
  const x = device.variable('rows', [count, size])
  write(
    device,
    x,
    values.map((value, at) => (value - center[at % size]) / scale[at % size]),
  )
  const y = device.variable('labels', [count], 'i32')
  write(device, y, labels)
  const shrink = device.variable('shrink', [size, 1])
  write(
    device,
    shrink,
    scale.map((s) => 1 / s),
  )
  const weight = device.variable('weight', [size, classes])
  const bias = device.variable('bias', [classes])
  const weightSlope = device.variable('weightSlope', [size, classes])
  const biasSlope = device.variable('biasSlope', [classes])

  const logs = logSoftmax(add(matmul(x.tensor, weight.tensor), bias.tensor))
  const misfit = neg(mul(sum(mul(logs, oneHot(y.tensor, classes))), 1 / count))
  const held = mul(sumSquares(mul(weight.tensor, shrink.tensor)), 1 / (2 * trust * count))
  const loss = add(misfit, held)
  const [byWeight, byBias] = gradients(loss, [weight.tensor, bias.tensor])
  const program = await compile(device, {
    updates: [
      [weightSlope, byWeight],
      [biasSlope, byBias],
    ],
    report: { loss },
  })
  return async (place: Float64Array) => {
    write(device, weight, place.subarray(0, size * classes))
    write(device, bias, place.subarray(size * classes))
    const [report] = await program.run()
    const gradient = new Float64Array(place.length)
    gradient.set(readFloats(device, weightSlope.tensor))
    gradient.set(readFloats(device, biasSlope.tensor), size * classes)
    return { value: report.loss, gradient }
  }
}
