import { areaUnderRoc } from '../../metrics/auroc.ts'
import { wilsonInterval } from '../../metrics/statistics/binomial.ts'
import { calibration } from '../../metrics/calibration.ts'
import type { Rows } from '../../metrics/statistics/rows.ts'
import { classPosterior, logEvidence } from '../../baselines/bayes-rule.ts'
import type { FittedClassifier, FittedGenerative, LabeledRows } from '../../baselines/baseline-model.ts'
import { measured } from '../../evaluation/measured-beside-real.ts'
import type { NamingScores } from '../results/comparison.ts'

/** What a model predicts of images. */
interface Predictions {
  /** How likely each class is, [count, classes]. */
  readonly probabilities: Rows
  /** The log-likelihood of each image; null for models that have none. */
  readonly evidence: Float64Array | null
}

/** A model as a function from images to predictions. */
export type Predictor = (rows: Rows) => Promise<Predictions>

export const classifierPredictor =
  ({ probabilities }: FittedClassifier): Predictor =>
  async (rows) => ({ probabilities: await probabilities(rows), evidence: null })

/** A generative model as a classifier, by Bayes' rule. */
export const bayesPredictor =
  ({ logJoint }: Pick<FittedGenerative, 'logJoint'>): Predictor =>
  async (rows) => {
    const joint = await logJoint(rows)
    return { probabilities: classPosterior(joint), evidence: logEvidence(joint) }
  }

/** The images that models are tested on. */
export interface TestSets {
  readonly test: LabeledRows
  /** Images of something else; null where there are none. */
  readonly outliers: Rows | null
}

/** All scores of a classifier but those from few labels. */
export async function namingScores(
  predict: Predictor,
  { test, outliers }: TestSets,
): Promise<Omit<NamingScores, 'fewLabels'>> {
  const own = await predict(test.rows)
  const foreign = outliers && (await predict(outliers))
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

/** The share of the test images that are classified correctly. */
export async function accuracyOf(predict: Predictor, { rows, labels }: LabeledRows): Promise<number> {
  return calibration((await predict(rows)).probabilities, labels).accuracy
}

/** How likely the likeliest class of each row is. */
const confidences = ({ values, count, size }: Rows): Float64Array =>
  Float64Array.from({ length: count }, (_, row) =>
    values.subarray(row * size, (row + 1) * size).reduce((most, value) => Math.max(most, value), 0),
  )
