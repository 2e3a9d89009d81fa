import { rowsOf } from '../../metrics/image-set.ts'
import { countLabels } from '../../baselines/baseline-model.ts'
import type { LabeledRows } from '../../baselines/baseline-model.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { UserError } from '../../tensor/errors.ts'
import { mostNumbers } from '../../evaluation/choose-samples.ts'
import type { Chosen } from '../../evaluation/evaluated-samples.ts'
import { imagesAt } from '../../evaluation/real-images.ts'
import type { ComparedData } from './benchmark-data-node.ts'
import type { Contest } from './benchmark.ts'
import { labelsAt, someRows } from './evaluator-node.ts'
import type { Judge } from './evaluator-node.ts'
import { inProportion } from './stratified-order.ts'

/** Images of each class from which models learn as well. */
const sizesPerClass = [10, 100, 1000] as const

/** Images that models name or find strange, at most. */
const mostAsked = 10_000

/** How many images models learn from at most. Throws a UserError where they are too few, or too few samples are judged to be of every class. */
export function rowsToLearn(
  { training, classes }: ComparedData,
  { count, rows: { validation } }: Chosen,
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

/** What models of that data have in common. */
export async function contestOf(
  data: ComparedData,
  judge: Judge,
  {
    learned,
    validation,
    ...told
  }: { learned: number; validation: Int32Array; seed: number; quick: boolean; threads: number | undefined },
): Promise<Contest> {
  const { training, test, outliers, classes } = data
  const { seed } = told
  const learnable = withoutRows(training.count, validation)
  const order = inProportion(labelsAt(training, learnable), classes.count, seed).map((place) => learnable[place])
  const pool = await labeledAt(data, order.subarray(0, learned))
  const asked = someRows(test, mostAsked, seed)
  return {
    data,
    judge,
    shape: training.shape,
    pool,
    fewest: Math.min(...countLabels(pool.labels, classes.count)),
    questions: {
      test: { rows: rowsOf(await imagesAt(test, asked)), labels: labelsAt(test, asked), classes: classes.count },
      outliers: outliers && rowsOf(await imagesAt(outliers, someRows(outliers, asked.length, seed))),
    },
    fewLabels: sizesPerClass,
    ...told,
  }
}

async function labeledAt({ training, classes }: ComparedData, rows: Int32Array): Promise<LabeledRows> {
  return { rows: rowsOf(await imagesAt(training, rows)), labels: labelsAt(training, rows), classes: classes.count }
}

/** All rows but some. */
function withoutRows(count: number, some: Int32Array): Int32Array {
  const left = new Set(some)
  return Int32Array.from({ length: count }, (_, row) => row).filter((row) => !left.has(row))
}
