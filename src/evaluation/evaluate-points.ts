import type { PointSource, Source } from '../data/source.ts'
import { draw, pickRows } from '../metrics/statistics/random-draw.ts'
import type { Rows } from '../metrics/statistics/rows.ts'
import type { Device } from '../runtime/device.ts'
import { findCopies, mostSearched } from './training-copies.ts'
import type { ChosenSamples, Findings } from './evaluated-samples.ts'
import { measured, score } from './measured-beside-real.ts'
import { pointScores } from './point-scores.ts'
import type { EvaluationProgress } from '../features/evaluation-progress.ts'

/** Evaluates points of the plane. */
export async function evaluatePoints(
  device: Device,
  { training, test, rows }: ChosenSamples,
  samples: Float32Array,
  seed: number,
  progress: EvaluationProgress,
): Promise<Findings> {
  const [known, unseen] = [pointsIn(training), pointsIn(test)]
  const generated: Rows = { values: samples, count: samples.length / 2, size: 2 }
  const real = pickRows(rowsIn(unseen), rows.test)
  const reference = pickRows(rowsIn(known), rows.reference)
  const scores = await pointScores(device, { generated, reference, test: real, modes: known.modes }, seed, progress)
  progress('looking for copies', 0, 0)
  const searched = draw(seed, 2, 0, known.count, Math.min(known.count, mostSearched))
  const found = await findCopies(
    device,
    { training: pickRows(rowsIn(known), searched), heldOut: real, generated },
    seed,
  )
  return {
    features: null,
    scores: [...scores, score('copying', { generated: measured(found.statistic), real: null })],
    classes: null,
    copies: { verdict: found.verdict, suspicious: found.suspicious },
    searched: searched.length,
    notes: [],
    neighbors: null,
  }
}

function pointsIn(source: Source): PointSource {
  if (source.kind !== 'points') throw new Error('no points')
  return source
}

const rowsIn = ({ points, count }: PointSource): Rows => ({ values: points, count, size: 2 })
