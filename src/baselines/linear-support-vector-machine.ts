/**
 * A linear support vector machine with squared losses, one machine for each class against the rest, as scikit-learn's
 * LinearSVC. Probabilities are the softmax of the margins times one number, found on a third of the rows that was held back
 * (temperature scaling: Guo et al. 2017), so that the class of the largest margin is the likeliest.
 */
import { classPosterior } from './bayes-rule.ts'
import { descendDual } from './dual/dual-coordinate-descent.ts'
import { dealFolds } from './probability/folds.ts'
import { linearValues } from './linear-function.ts'
import type { Linear } from './linear-function.ts'
import { requireLabeled } from './baseline-model.ts'
import type { Discriminative } from './baseline-model.ts'
import { pickRows } from '../metrics/statistics/random-draw.ts'
import { wordsOf } from './random-streams.ts'
import { sparseRows } from './dual/sparse-rows.ts'
import { bestSharpness } from './probability/temperature.ts'

/** How much rows count, and how long the minimum is looked for. */
export interface LinearSupportVectorOptions {
  /**
   * C: how much rows count beside small weights; default 1, as in scikit-learn. Tens of thousands of images want about 0.01, with
   * which 20 passes are enough.
   */
  readonly trust?: number
  /** Passes over the rows, at most; default 1000, as in scikit-learn. Where the classes overlap, some tens are enough. */
  readonly passes?: number
}

/** The margins of one part of the rows are those of machines that learned from the others. */
const parts = 3
const tolerance = 1e-4

export const linearSupportVectorMachine = (options: LinearSupportVectorOptions = {}): Discriminative => ({
  name: 'support vector machine (linear)',
  async fit(data, { seed = 0 }) {
    requireLabeled(data)
    const { trust = 1, passes = 1000 } = options
    const { rows, classes } = data
    const labels = Int32Array.from(data.labels)
    const sparse = sparseRows(rows)
    const all = Int32Array.from(labels.keys())

    function learn(members: Int32Array): Linear {
      const machines = Array.from({ length: classes }, (_, label) => {
        const signs = Int8Array.from(labels, (ofRow) => (ofRow === label ? 1 : -1))
        return descendDual(sparse, members, signs, { trust, passes, tolerance, seed: wordsOf(seed) }).weight
      })
      return {
        weight: machines.map((weight) => weight.subarray(0, rows.size)),
        bias: machines.map((weight) => weight[rows.size]),
      }
    }

    const fold = dealFolds(labels, classes, parts, seed)
    const held = all.filter((row) => fold[row] === parts - 1)
    const margins = linearValues(learn(all.filter((row) => fold[row] < parts - 1)), pickRows(rows, held))
    const sharpness = bestSharpness(
      margins,
      held.map((row) => labels[row]),
    )
    const linear = learn(all)
    return {
      async probabilities(asked) {
        const { values, count, size } = linearValues(linear, asked)
        return classPosterior({ values: values.map((margin) => sharpness * margin), count, size })
      },
    }
  },
})
