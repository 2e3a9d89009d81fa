import type { Modes } from '../data/source.ts'
import { pointModes } from '../metrics/modes.ts'
import type { Rows } from '../metrics/statistics/rows.ts'
import { slicedWasserstein } from '../metrics/sliced-wasserstein.ts'
import { twoSampleTest } from '../metrics/two-sample-test.ts'
import type { Device } from '../runtime/device.ts'
import type { Score } from './evaluation.ts'
import { measureBoth, partOf, measured, score } from './measured-beside-real.ts'
import { modeScores } from './mode-scores.ts'
import type { EvaluationProgress } from '../features/evaluation-progress.ts'

/** What is compared. */
export interface ComparedPoints {
  readonly generated: Rows
  /** As many training points, which are measured in their place. */
  readonly reference: Rows
  /** Real points that nobody has learned from. */
  readonly test: Rows
  /** What the real points were drawn from; null where that is no set of normal distributions. */
  readonly modes: Modes | null
}

/** Every number of points, that of the generated ones beside that of real ones in their place. */
export async function pointScores(
  device: Device,
  { generated, reference, test, modes }: ComparedPoints,
  seed: number,
  progress: EvaluationProgress,
): Promise<Score[]> {
  const both = <T>(measure: (rows: Rows) => Promise<T> | T) => measureBoth(generated, reference, measure)
  progress('telling apart', 0, 0)
  const twoSample = await both(async (rows) => {
    const { accuracy, low, high } = await twoSampleTest(device, test, rows, { seed })
    return measured(accuracy, { interval: [low, high] })
  })
  progress('distances', 0, 0)
  const moved = await both((rows) => measured(slicedWasserstein(test, rows)))
  const found = modes && (await both((rows) => pointModes(rows, modes)))
  return [
    score('twoSampleAccuracy', twoSample),
    score('slicedWasserstein', moved),
    ...(found
      ? [
          ...modeScores(found),
          score(
            'highQualitySamples',
            partOf(found, ({ near }) => measured(near)),
          ),
        ]
      : []),
  ]
}
