import { areaUnderRoc } from '../../metrics/auroc.ts'
import { wilsonInterval } from '../../metrics/binomial.ts'
import { calibration } from '../../metrics/calibration.ts'
import type { Rows } from '../../metrics/rows.ts'
import { classPosterior, logEvidence } from '../../baselines/bayes-rule.ts'
import type { FittedClassifier, FittedGenerative, LabeledRows } from '../../baselines/baseline-model.ts'
import { measured } from '../../evaluation/measured-beside-real.ts'
import type { NamingScores } from '../results/comparison.ts'

/** What a model makes of images. */
interface Opinion {
  /** How likely each class is, [count, classes]. */
  readonly probabilities: Rows
  /** How likely each image is, as a logarithm; null for models that do not know. */
  readonly evidence: Float64Array | null
}

/** A model that is asked what images are of. */
export type Opine = (rows: Rows) => Promise<Opinion>

export const byClassifier =
  ({ probabilities }: FittedClassifier): Opine =>
  async (rows) => ({ probabilities: await probabilities(rows), evidence: null })

/** A generative model as a classifier, by Bayes' rule. */
export const byBayes =
  ({ logJoint }: Pick<FittedGenerative, 'logJoint'>): Opine =>
  async (rows) => {
    const joint = await logJoint(rows)
    return { probabilities: classPosterior(joint), evidence: logEvidence(joint) }
  }

/** What models are asked about. */
export interface Questions {
  readonly test: LabeledRows
  /** Images of something else; null where there are none. */
  readonly outliers: Rows | null
}

/** Everything but how it does with few labels. */
export async function namingScores(
  opine: Opine,
  { test, outliers }: Questions,
): Promise<Omit<NamingScores, 'fewLabels'>> {
  const own = await opine(test.rows)
  const foreign = outliers && (await opine(outliers))
  const { accuracy, expectedCalibrationError } = calibration(own.probabilities, test.labels)
  const right = Math.round(accuracy * test.rows.count)
  return {
    accuracy: measured(accuracy, { interval: wilsonInterval(right, test.rows.count) }),
    calibrationError: expectedCalibrationError,
    outliers: {
      confidence: foreign && areaUnderRoc(confidences(own.probabilities), confidences(foreign.probabilities)),
      evidence: foreign?.evidence && own.evidence ? areaUnderRoc(own.evidence, foreign.evidence) : null,
    },
  }
}

/** The share of the test images that are named rightly. */
export async function accuracyOf(opine: Opine, { rows, labels }: LabeledRows): Promise<number> {
  return calibration((await opine(rows)).probabilities, labels).accuracy
}

/** How likely the likeliest class of each row is. */
const confidences = ({ values, count, size }: Rows): Float64Array =>
  Float64Array.from({ length: count }, (_, row) =>
    values.subarray(row * size, (row + 1) * size).reduce((most, value) => Math.max(most, value), 0),
  )
