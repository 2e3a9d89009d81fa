/** An evaluation in words, for terminals and pages alike. */
import type { ClassShare, Evaluation, Measured } from './evaluation.ts'
import { scoreText } from './metric-table.ts'
import type { MetricName } from './metric-table.ts'

/** 225.1 ± 1.9, 73.1% (72.2% to 74.0%). */
export function measuredText(metric: MetricName, { value, spread, interval }: Measured): string {
  const text = scoreText(metric, value)
  if (interval !== null) return `${text} (${interval.map((end) => scoreText(metric, end)).join(' to ')})`
  return spread === null ? text : `${text} ± ${scoreText(metric, spread)}`
}

/** What stands in the column of real ones. */
export const realText = (metric: MetricName, real: Measured | null): string =>
  real === null ? '' : measuredText(metric, real)

const verdicts: Readonly<Record<Evaluation['copies']['verdict'], string>> = {
  copies: 'Samples are nearer to training samples than unseen real ones are: the generator copies.',
  unsuspicious: 'Samples are as far from training samples as unseen real ones are: no sign of copies.',
  distant: 'Samples are further from training samples than unseen real ones are: no copies, but not yet like the data.',
}

/** Whether it copies, in two sentences. */
export const copiesText = ({ copies, searched }: Evaluation): string =>
  `${verdicts[copies.verdict]} ${(100 * copies.suspicious).toFixed(1)}% of them are nearer to one of ${counted(searched)} training samples than all but 1% of the unseen ones.`

/** What the column of real ones is. */
export const columnText = ({ test }: Evaluation): string =>
  `Samples, and as many real training samples in their place (what can be reached), each beside ${counted(test.count)} of ${test.name}.`

/** Which network sees, and how well; null for points. */
export const featuresText = ({ features }: Evaluation): string | null =>
  features === null || features.accuracy === null
    ? null
    : `${features.name} names ${(100 * features.accuracy).toFixed(2)}% of the images rightly that it was tested by.`

/** The share of a class, 9.8%. */
export const shareText = (share: ClassShare['real']): string => `${(100 * share).toFixed(1)}%`

const counted = (count: number): string => count.toLocaleString('en')
