import type { Source } from '../data/source.ts'
import type { Picture } from '../files/picture.ts'
import type { Evaluation } from './evaluation.ts'

/** Real samples that take part in an evaluation. */
export interface ChosenSamples<Samples extends Source = Source> {
  /** What the run was told of its data. */
  readonly data: string
  readonly training: Samples
  /** Of the run's own data; null where it has none. */
  readonly heldOut: Samples | null
  /** The real samples that generated ones are compared with. */
  readonly test: Samples
  /** How many samples are evaluated. */
  readonly count: number
  readonly rows: {
    /** Of the training samples that are measured in the place of generated ones. */
    readonly reference: Int32Array
    /** Of other training samples, which choose what has to be chosen. */
    readonly validation: Int32Array
    /** Of the test samples. */
    readonly test: Int32Array
  }
  /** Whole sentences. */
  readonly notes: readonly string[]
}

/** What an evaluation of samples finds. */
export interface Findings extends Pick<
  Evaluation,
  'features' | 'scores' | 'classes' | 'copies' | 'searched' | 'notes'
> {
  /** Samples beside training images; null where samples are no images. */
  readonly neighbors: Picture | null
}
