import type { Measured, Score } from './evaluation.ts'
import { metricTable } from './metric-table.ts'
import type { MetricName } from './metric-table.ts'

/** What was measured of samples, and of real ones in their place. */
export interface BesideReal<T> {
  readonly generated: T
  readonly real: T
}

export const measured = (
  value: number,
  { spread = null, interval = null }: Partial<Omit<Measured, 'value'>> = {},
): Measured => ({ value, spread, interval })

/** Measures both sets, one after the other. */
export async function measureBoth<Set, T>(
  generated: Set,
  real: Set,
  measure: (set: Set) => Promise<T> | T,
): Promise<BesideReal<T>> {
  return { generated: await measure(generated), real: await measure(real) }
}

/** One of several things that were measured at once. */
export const partOf = <T, U>({ generated, real }: BesideReal<T>, part: (all: T) => U): BesideReal<U> => ({
  generated: part(generated),
  real: part(real),
})

/** A row of the table, named after the features in which it was measured, where there are any. */
export const score = (
  metric: MetricName,
  { generated, real }: { readonly generated: Measured; readonly real: Measured | null },
  features: { readonly name: string } | null = null,
): Score => {
  const { title } = metricTable[metric]
  return { metric, name: features === null ? title : `${title} (${features.name})`, generated, real }
}
