import { loadSource } from '../data/sources.ts'
import { createTrainer } from '../gan/trainer.ts'
import { openNodeDevice } from '../runtime/open-node.ts'
import { createRunFolder } from './folder-node.ts'
import type { RunOptions } from './options.ts'
import { planRun } from './plan.ts'
import { writeRecord } from './record-node.ts'
import type { OpenRun } from './run.ts'

/**
 * Loads the data, starts the threads, compiles the training step and, when all of that went well, makes the run's folder.
 * Throws a UserError where the options name what is not there or do not fit together; nothing is left behind then.
 */
export async function openRun(options: RunOptions): Promise<OpenRun> {
  const { threads, strict } = options
  const opening = openNodeDevice({ strict, ...(threads === undefined ? {} : { threads }) })
  const loading = loadSource(options.data)
  // Both may fail; it is the first that is waited for that tells.
  loading.catch(() => {})
  const device = await opening
  const close = () => device.engine.close()
  try {
    const source = await loading
    const plan = planRun(options, source)
    const { recipe, batch, learningRate, limits } = plan
    const game = recipe.game({
      dataShape: source.shape,
      batch,
      learningRate,
      discriminatorSteps: recipe.defaults.discriminatorSteps,
      steps: limits.steps,
    })
    const trainer = await createTrainer(device, game, source, { seed: options.seed })
    const folder = await createRunFolder(recipe.name, options.out)
    const run: OpenRun = { options, plan, source, trainer, folder, close }
    await writeRecord(run)
    return run
  } catch (error) {
    await close()
    throw error
  }
}
