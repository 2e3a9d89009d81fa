import type { Measured, Score } from './evaluation.ts'
import { metrics } from './metric-table.ts'
import type { MetricName } from './metric-table.ts'

/** What was measured of samples, and of real ones in their place. */
export interface Beside<T> {
  readonly generated: T
  readonly real: T
}

export const measured = (
  value: number,
  { spread = null, interval = null }: Partial<Omit<Measured, 'value'>> = {},
): Measured => ({ value, spread, interval })

/** Measures both sets, one after the other. */
export async function besides<Set, T>(
  generated: Set,
  real: Set,
  measure: (set: Set) => Promise<T> | T,
): Promise<Beside<T>> {
  return { generated: await measure(generated), real: await measure(real) }
}

/** One of several things that were measured at once. */
export const mapped = <T, U>({ generated, real }: Beside<T>, part: (all: T) => U): Beside<U> => ({
  generated: part(generated),
  real: part(real),
})

/** A row of the table, named after the features in which it was measured, where there are any. */
export const score = (
  metric: MetricName,
  { generated, real }: { readonly generated: Measured; readonly real: Measured | null },
  features: { readonly name: string } | null = null,
): Score => {
  const { title } = metrics[metric]
  return { metric, name: features === null ? title : `${title} (${features.name})`, generated, real }
}
