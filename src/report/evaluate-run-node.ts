import { evaluateGenerator } from '../evaluation/evaluate-generator-node.ts'
import type { EvaluationOptions } from '../evaluation/evaluate-generator-node.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { EvaluationProgress } from '../features/evaluation-progress.ts'
import { writeReport } from './write-report-node.ts'

/**
 * Judges the generator of a run by samples of a kept checkpoint: beside real samples that it has not learned from, and each number beside
 * that of real training samples in their place. Writes evaluation.json and, of images, samples/neighbors.png and samples/walks.png, and
 * writes the report anew. The run may be training meanwhile. Throws a UserError where there is no such run or checkpoint, where there
 * are too few real samples or none, or where a file of features does not fit.
 */
export async function evaluateRun(
  path: string,
  options: EvaluationOptions = {},
  progress: EvaluationProgress = () => {},
): Promise<Evaluation> {
  const evaluation = await evaluateGenerator(path, options, progress)
  await writeReport(path)
  return evaluation
}
