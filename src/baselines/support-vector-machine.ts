/**
 * A support vector machine with the radial kernel (Cortes and Vapnik 1995), as scikit-learn's SVC: one machine for each pair of
 * classes. Decisions become probabilities as in LIBSVM: Platt's sigmoid for each pair, fitted on cross-validated decisions, and
 * pairwise coupling.
 */
import type { Rows } from '../metrics/statistics/rows.ts'
import { write } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { matmul, sub } from '../tensor/operations/index.ts'
import { radialComparison } from './dual/radial-kernel.ts'
import { solveDual } from './dual/sequential-minimal-optimization.ts'
import type { DualSolution } from './dual/sequential-minimal-optimization.ts'
import { requireLabeled } from './baseline-model.ts'
import type { Discriminative, FittedClassifier, Fitting, LabeledRows } from './baseline-model.ts'
import { pickRows } from '../metrics/statistics/random-draw.ts'
import { dealFolds } from './probability/folds.ts'
import { couple, pairsOf } from './probability/pairwise-coupling.ts'
import { fitSigmoid, probabilityOf } from './probability/platt.ts'
import type { Sigmoid } from './probability/platt.ts'

/** How much rows count, and how far they are seen. */
export interface SupportVectorOptions {
  /** C: how much a row may count; default 1, as in scikit-learn. */
  readonly trust?: number
  /** Similarity is exp(-gamma |a - b|^2). Default: 1 / (columns * variance of all numbers), scikit-learn's 'scale'. */
  readonly gamma?: number
}

/** Also tells what its probabilities are made of. */
interface FittedSupportVectorMachine extends FittedClassifier {
  /** For each of `pairsOf(classes)`, [count, pairs]: above 0 where the row is rather of the first class. */
  decisions(rows: Rows): Promise<Rows>
}

interface SupportVectorMachine extends Discriminative {
  fit(data: LabeledRows, fitting: Fitting): Promise<FittedSupportVectorMachine>
}

/** All similarities between rows are kept, 4 bytes each: those of so many rows take 1 GiB. */
const mostRows = 16_384
const folds = 5
/** LIBSVM's. */
const tolerance = 1e-3

export const supportVectorMachine = ({ trust = 1, gamma }: SupportVectorOptions = {}): SupportVectorMachine => ({
  name: 'support vector machine (radial)',
  async fit(data, { device, seed = 0 }) {
    requireLabeled(data)
    const { rows, classes } = data
    if (rows.count > mostRows) {
      throw new UserError(
        `A radial support vector machine keeps the similarities of all rows with each other, so it can learn from ${mostRows} rows, not from ${rows.count}; give it a part of them.`,
      )
    }
    const labels = Int32Array.from(data.labels)
    const width = gamma ?? 1 / (rows.size * variance(rows.values))
    const { values: kernel } = await (await radialComparison(device, rows, width))(rows)
    const fold = dealFolds(labels, classes, folds, seed)
    const pairs = pairsOf(classes)
    const machines = pairs.map(([first, second]) => {
      const members = Int32Array.from(labels.keys()).filter((row) => labels[row] === first || labels[row] === second)
      return tellApart({ kernel, of: rows.count, members, signs: signsOf(labels, first), fold, trust })
    })

    const coefficients = new Float32Array(rows.count * pairs.length)
    machines.forEach(({ members, solution }, pair) =>
      members.forEach((row, at) => (coefficients[row * pairs.length + pair] = solution.coefficients[at])),
    )
    const supporting = Int32Array.from(labels.keys()).filter((row) =>
      coefficients.subarray(row * pairs.length, (row + 1) * pairs.length).some((coefficient) => coefficient !== 0),
    )
    const weight = device.variable('coefficients', [supporting.length, pairs.length])
    write(device, weight, pickRows({ values: coefficients, count: rows.count, size: pairs.length }, supporting).values)
    const offset = device.variable('offsets', [pairs.length])
    write(
      device,
      offset,
      machines.map(({ solution }) => solution.offset),
    )
    const decisions = await radialComparison(device, pickRows(rows, supporting), width, (similarities) =>
      sub(matmul(similarities, weight.tensor), offset.tensor),
    )
    const sigmoids = machines.map(({ sigmoid }) => sigmoid)
    return { decisions, probabilities: async (asked) => coupled(await decisions(asked), sigmoids, classes) }
  },
})

/** Rows of two classes among all that the kernel knows. */
interface Pair {
  readonly kernel: Float32Array
  readonly of: number
  readonly members: Int32Array
  /** Of every row: 1 for the first class, -1 for any other. */
  readonly signs: Int8Array
  readonly fold: Uint8Array
  readonly trust: number
}

interface PairMachine {
  readonly members: Int32Array
  readonly solution: DualSolution
  readonly sigmoid: Sigmoid
}

function tellApart({ kernel, of, members, signs, fold, trust }: Pair): PairMachine {
  const solve = (learned: Int32Array): DualSolution => {
    const ownSigns = Int8Array.from(learned, (row) => signs[row])
    // Who has seen one kind alone takes all for that kind, as in LIBSVM.
    if (new Set(ownSigns).size < 2)
      return { coefficients: new Float64Array(learned.length), offset: -(ownSigns[0] ?? 0) }
    return solveDual({ kernel, of, members: learned, signs: ownSigns, trust, tolerance })
  }
  const decisions = new Float64Array(members.length)
  for (let part = 0; part < folds; part++) {
    const learned = members.filter((row) => fold[row] !== part)
    const { coefficients, offset } = solve(learned)
    for (const [at, row] of members.entries()) {
      if (fold[row] !== part) continue
      decisions[at] = -offset
      for (let i = 0; i < learned.length; i++) decisions[at] += coefficients[i] * kernel[row * of + learned[i]]
    }
  }
  const ownSigns = Int8Array.from(members, (row) => signs[row])
  return { members, solution: solve(members), sigmoid: fitSigmoid(decisions, ownSigns) }
}

function coupled({ values, count, size }: Rows, sigmoids: readonly Sigmoid[], classes: number): Rows {
  const probabilities = new Float32Array(count * classes)
  for (let row = 0; row < count; row++) {
    const within = sigmoids.map((sigmoid, pair) => probabilityOf(sigmoid, values[row * size + pair]))
    probabilities.set(couple(within, classes), row * classes)
  }
  return { values: probabilities, count, size: classes }
}

const signsOf = (labels: Int32Array, first: number): Int8Array =>
  Int8Array.from(labels, (label) => (label === first ? 1 : -1))

function variance(values: Float32Array): number {
  let mean = 0
  for (const value of values) mean += value / values.length
  let sum = 0
  for (const value of values) sum += (value - mean) ** 2 / values.length
  return sum
}
