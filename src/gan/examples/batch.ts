import { concat, sliceAxis } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'

/** What goes round between examples, prior and players: samples or latents, with what they were given, each [batch, ...]. */
export interface Batch {
  /** Samples or latents, one after the other. */
  readonly values: Tensor
  /** What players know beside them, by name: classes, source images, words. */
  readonly given: Variables
}

/** The members of one batch and then those of another, which was given the same fields. */
export const joined = (a: Batch, b: Batch): Batch => ({
  values: concat([a.values, b.values]),
  given: mapRecord(a.given, (tensor, name) => concat([tensor, b.given[name]])),
})

/** `count` members from `first` on. */
export const sliced = ({ values, given }: Batch, first: number, count: number): Batch => ({
  values: sliceAxis(values, 0, first, count),
  given: mapRecord(given, (tensor) => sliceAxis(tensor, 0, first, count)),
})

/** A record of the same names, every value replaced. */
export const mapRecord = <T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => U,
): Readonly<Record<string, U>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]))

/** The entries of these names. */
export const pick = <T>(record: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(names.map((name) => [name, record[name]]))
