import { writeReport } from './report-node.ts'
import type { OpenRun } from './run.ts'
import { finalPicture, saveSamples } from './samples-node.ts'
import { forgerVersion } from './version-node.ts'
import { writeWholeFile } from './whole-file-node.ts'

/** Writes what a run leaves behind: the last picture, the model, the report. */
export async function finishRun(run: OpenRun, step: number): Promise<void> {
  const { folder, trainer } = run
  await saveSamples(folder.finalSamples, run, finalPicture)
  const { exportGenerator } = await import('./export-generator.ts')
  await writeWholeFile(folder.model, exportGenerator(trainer, factsOf(run, step)))
  await writeReport(folder.path)
}

const factsOf = ({ options, plan, source, trainer }: OpenRun, step: number): Record<string, string> => ({
  trained_steps: String(step),
  seed: String(options.seed),
  recipe: plan.recipe.name,
  data: source.name,
  ...(trainer.game.condition && source.classes ? { class_names: JSON.stringify(source.classes) } : {}),
  forger: forgerVersion(),
})
