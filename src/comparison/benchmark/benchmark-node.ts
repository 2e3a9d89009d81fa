import { rowsOf } from '../../metrics/statistics/image-set.ts'
import { countLabels } from '../../baselines/baseline-model.ts'
import type { LabeledRows } from '../../baselines/baseline-model.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { UserError } from '../../tensor/errors.ts'
import { mostNumbers } from '../../evaluation/choose-samples.ts'
import type { ChosenSamples } from '../../evaluation/evaluated-samples.ts'
import { imagesAt } from '../../evaluation/real-images.ts'
import type { BenchmarkData } from './benchmark-data-node.ts'
import type { Benchmark } from './benchmark.ts'
import { labelsAt, someRows } from './evaluator-node.ts'
import type { Evaluator } from './evaluator-node.ts'
import { stratifiedOrder } from './stratified-order.ts'

/** Images of each class from which models learn as well. */
const sizesPerClass = [10, 100, 1000] as const

/** The most test images of each set. */
const mostTested = 10_000

/** How many images models learn from at most. Throws a UserError where they are too few, or too few samples are judged to be of every class. */
export function rowsToLearn(
  { training, classes }: BenchmarkData,
  { count, rows: { validation } }: ChosenSamples,
  rows: number,
): number {
  const most = Math.min(rows, training.count - validation.length, Math.floor(mostNumbers / sizeOf(training.shape)))
  const least = 10 * classes.count
  if (count < classes.count) {
    throw new UserError(
      `Of ${classes.count} classes ${count} samples cannot have one each; let ${classes.count} be judged at least.`,
    )
  }
  if (most >= least) return most
  throw new UserError(`Models cannot learn ${classes.count} classes from ${most} images; give ${least} at least.`)
}

/** The benchmark that all models of that data are compared by. */
export async function benchmarkOf(
  data: BenchmarkData,
  evaluator: Evaluator,
  {
    learned,
    validation,
    ...settings
  }: { learned: number; validation: Int32Array; seed: number; quick: boolean; threads: number | undefined },
): Promise<Benchmark> {
  const { training, test, outliers, classes } = data
  const { seed } = settings
  const learnable = withoutRows(training.count, validation)
  const order = stratifiedOrder(labelsAt(training, learnable), classes.count, seed).map((place) => learnable[place])
  const pool = await labeledAt(data, order.subarray(0, learned))
  const tested = someRows(test, mostTested, seed)
  return {
    data,
    evaluator,
    shape: training.shape,
    pool,
    fewest: Math.min(...countLabels(pool.labels, classes.count)),
    testSets: {
      test: { rows: rowsOf(await imagesAt(test, tested)), labels: labelsAt(test, tested), classes: classes.count },
      outliers: outliers && rowsOf(await imagesAt(outliers, someRows(outliers, tested.length, seed))),
    },
    fewLabels: sizesPerClass,
    ...settings,
  }
}

async function labeledAt({ training, classes }: BenchmarkData, rows: Int32Array): Promise<LabeledRows> {
  return { rows: rowsOf(await imagesAt(training, rows)), labels: labelsAt(training, rows), classes: classes.count }
}

/** All rows but some. */
function withoutRows(count: number, some: Int32Array): Int32Array {
  const left = new Set(some)
  return Int32Array.from({ length: count }, (_, row) => row).filter((row) => !left.has(row))
}
