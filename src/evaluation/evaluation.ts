import type { CopyingVerdict } from '../metrics/copying-test.ts'
import type { MetricName } from './metric-table.ts'

/** A number, and how sure it is. */
export interface Measured {
  /** The number itself. */
  readonly value: number
  /** The standard error of a mean, or the deviation over subsets or splits; null where there is none. */
  readonly spread: number | null
  /** An interval of 95 %; null where there is none. */
  readonly interval: readonly [low: number, high: number] | null
}

/** One number of a generator. */
export interface Score {
  /** Which number it is. */
  readonly metric: MetricName
  /** What it is called, with the features that it was measured in: 'FID (forger-lenet)'. */
  readonly name: string
  /** Of the generator's samples. */
  readonly generated: Measured
  /** Of as many real training samples in their place: what can be reached. Null where that means nothing. */
  readonly real: Measured | null
}

/** A class, and how many samples are of it. */
export interface ClassShare {
  /** What it is called; its number where nobody says. */
  readonly name: string
  /** Of the generator's samples, 0 to 1. */
  readonly generated: number
  /** Of the real test samples, as the same classifier sees them. */
  readonly real: number
}

/** Real samples. */
export interface SampleSet {
  /** What they are called. */
  readonly name: string
  /** How many there are. */
  readonly count: number
}

/** A network in whose features images were compared. */
export interface Features {
  /** What numbers are named after. */
  readonly name: string
  /** The share of the test images that it names rightly, 0 to 1; null where it is no classifier for them. */
  readonly accuracy: number | null
}

/** Whether samples are copies of training samples. */
export interface Copies {
  /** What the distances to training samples say. */
  readonly verdict: CopyingVerdict
  /** The share of samples nearer to a training sample than all but one in a hundred unseen real ones. */
  readonly suspicious: number
}

/** What a generator's samples are worth, beside real ones; the contents of a run's evaluation.json. */
export interface Evaluation {
  /** Which form of the file this is. */
  readonly version: 1
  /** ISO 8601. */
  readonly time: string
  /** The step of the checkpoint that drew. */
  readonly step: number
  /** Which samples it drew. */
  readonly seed: number
  /** How many samples were judged. */
  readonly generated: number
  /** The real samples that they were judged by. */
  readonly test: SampleSet
  /** What it was trained on. */
  readonly training: SampleSet
  /** How many of these were searched for copies. */
  readonly searched: number
  /** By what images were compared; null for points, which are compared as they are. */
  readonly features: Features | null
  /** In the order in which they are told. */
  readonly scores: readonly Score[]
  /** Null where nobody knows classes. */
  readonly classes: readonly ClassShare[] | null
  /** Whether samples are copies of training samples. */
  readonly copies: Copies
  /** What whoever reads the numbers should know: whole sentences. */
  readonly notes: readonly string[]
}
