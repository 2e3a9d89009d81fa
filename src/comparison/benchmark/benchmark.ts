import type { ImageShape } from '../../data/source.ts'
import type { LabeledRows } from '../../baselines/baseline-model.ts'
import type { BenchmarkData } from './benchmark-data-node.ts'
import type { Evaluator } from './evaluator-node.ts'
import type { TestSets } from './predictions.ts'

/** The data, test sets and settings that all models of a comparison share. */
export interface Benchmark {
  readonly data: BenchmarkData
  readonly shape: ImageShape
  /** All training images, in a stratified order: a model that learns from fewer learns from the first ones. */
  readonly pool: LabeledRows
  /** How many images there are of the rarest class among them. */
  readonly fewest: number
  readonly testSets: TestSets
  readonly evaluator: Evaluator
  /** Images of each class, from which models learn as well. */
  readonly fewLabels: readonly number[]
  readonly seed: number
  readonly quick: boolean
  /** Undefined for one per core. */
  readonly threads: number | undefined
}
