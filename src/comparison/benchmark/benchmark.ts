import type { ImageShape } from '../../data/source.ts'
import type { LabeledRows } from '../../baselines/baseline-model.ts'
import type { ComparedData } from './benchmark-data-node.ts'
import type { Judge } from './evaluator-node.ts'
import type { Questions } from './predictions.ts'

/** What all models of a comparison have in common. */
export interface Contest {
  readonly data: ComparedData
  readonly shape: ImageShape
  /** All images to learn from, in an order whose beginnings have their classes in proportion: who learns from fewer learns from the first ones. */
  readonly pool: LabeledRows
  /** How many images there are of the rarest class among them. */
  readonly fewest: number
  readonly questions: Questions
  readonly judge: Judge
  /** Images of each class, from which models learn as well. */
  readonly fewLabels: readonly number[]
  readonly seed: number
  readonly quick: boolean
  /** Undefined for one per core. */
  readonly threads: number | undefined
}
