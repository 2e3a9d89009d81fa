import type { Rows } from '../metrics/statistics/rows.ts'
import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'

/** Samples of which it is known what they are of. */
export interface LabeledRows {
  /** One sample per row; pixels in [0, 1]. */
  readonly rows: Rows
  /** The class of each, 0 ... classes - 1. */
  readonly labels: ArrayLike<number>
  /** How many classes there are; 1 where samples are of one kind. */
  readonly classes: number
}

/** How a model learns, apart from its own settings. */
export interface Fitting {
  /**
   * Where products are computed, of one model at a time. What a model puts there, its rows above all, stays as long as the device:
   * many models are better fitted on devices of their own.
   */
  readonly device: Device
  /** Whole number in [0, 2^53): equal seeds give equal models. Default 0. */
  readonly seed?: number
}

/** A model of the classes of samples, before it has seen any. */
export interface Discriminative {
  /** What tables call it. */
  readonly name: string
  /** Learns. Throws a UserError where the samples are not what it can learn from. */
  fit(data: LabeledRows, fitting: Fitting): Promise<FittedClassifier>
}

/** What has learned to tell classes apart. */
export interface FittedClassifier {
  /** How likely each class is, [count, classes]; every row sums to 1. The largest is the class that it takes the row for. */
  probabilities(rows: Rows): Promise<Rows>
}

/** A model of the samples themselves, before it has seen any. */
export interface Generative {
  /** What tables call it. */
  readonly name: string
  /** Whether drawing a sample takes a Markov chain, so that samples are only nearly the model's own. */
  readonly needsMarkovChain: boolean
  /** Learns. Throws a UserError where the samples are not what it can learn from. */
  fit(data: LabeledRows, fitting: Fitting): Promise<FittedGenerative>
}

/** What has learned to make samples. */
export interface FittedGenerative {
  /**
   * Draws that many samples, the classes as frequent as among those it learned from, or all of one class. Pixels may lie
   * outside [0, 1] where the model says so.
   * @param seed a whole number in [0, 2^53): equal seeds give equal samples.
   */
  sample(count: number, seed: number, label?: number): Promise<Rows>
  /** How likely the model holds each row with each class. */
  logJoint(rows: Rows): Promise<LogJoint>
}

/** log p(row, class) in nats, row-major, up to a number that is the same for all rows and classes (minus log Z). */
export interface LogJoint {
  /** `count * size` of them; float64, as those of strange rows are far apart. */
  readonly values: Float64Array
  /** How many rows there are. */
  readonly count: number
  /** How many classes there are. */
  readonly size: number
}

/** Throws a UserError unless all numbers are finite, there is one label for each row, and at least one row of each class. */
export function requireLabeled({ rows, labels, classes }: LabeledRows): void {
  if (rows.values.length !== rows.count * rows.size) {
    throw new UserError(`${rows.count} rows of ${rows.size} numbers cannot be made of ${rows.values.length} numbers.`)
  }
  if (!rows.values.every(Number.isFinite)) {
    throw new UserError('Some of the numbers to learn from are not finite; look where they come from.')
  }
  if (labels.length !== rows.count) {
    throw new UserError(`There are ${rows.count} rows, but ${labels.length} labels; give one for each.`)
  }
  const counts = countLabels(labels, classes)
  const missing = counts.indexOf(0)
  if (missing >= 0) {
    throw new UserError(`No row is of class ${missing}, of ${classes}; give at least one of each.`)
  }
}

/** How many rows there are of each class. Throws a UserError where a label is no class. */
export function countLabels(labels: ArrayLike<number>, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0)
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new UserError(`Row ${row} has the label ${label}; the ${classes} classes are 0 to ${classes - 1}.`)
    }
    counts[label]++
  }
  return counts
}

/** The rows of each class, in their order. */
export function rowsOfClasses(labels: ArrayLike<number>, classes: number): number[][] {
  const members = Array.from({ length: classes }, (): number[] => [])
  for (let row = 0; row < labels.length; row++) members[labels[row]].push(row)
  return members
}
