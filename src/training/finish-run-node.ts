import { classCountOf } from '../gan/game/game.ts'
import { bestStep } from '../runs/folder/best-step-node.ts'
import { restoreState } from '../runs/folder/checkpoint.ts'
import { readCheckpoint } from '../runs/folder/checkpoint-node.ts'
import { writeReport } from '../report/write-report-node.ts'
import type { OpenRun } from '../runs/opening/open-run.ts'
import { finalPicture, saveSamples } from '../runs/samples/sample-picture-node.ts'
import { forgerVersion } from '../files/package-version-node.ts'
import { writeWholeFile } from '../files/whole-file-node.ts'

/**
 * Writes what a run leaves behind: the last picture, the model, the report; all of the best checkpoint, see `bestStep`, whose state
 * the trainer takes on. Gives its step.
 */
export async function finishRun(run: OpenRun, step: number): Promise<number> {
  const { folder, trainer, identity } = run
  const kept = (await bestStep(folder)) ?? step
  if (kept !== step) {
    const path = folder.checkpointAt(kept)
    restoreState(trainer, (await readCheckpoint(path, identity)).tensors, path)
  }
  await saveSamples(folder.finalSamples, run, finalPicture)
  const { exportGenerator } = await import('../runs/samples/export-generator.ts')
  await writeWholeFile(folder.model, exportGenerator(trainer, factsOf(run, kept)))
  await writeReport(folder.path)
  return kept
}

const factsOf = ({ options, plan, source, trainer }: OpenRun, step: number): Record<string, string> => ({
  trained_steps: String(step),
  seed: String(options.seed),
  recipe: plan.recipe.name,
  data: source.name,
  ...(classCountOf(trainer.game) !== null && source.classes ? { class_names: JSON.stringify(source.classes) } : {}),
  forger: forgerVersion(),
})
