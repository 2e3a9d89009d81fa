import { trainInChunks } from '../gan/training-loop.ts'
import type { Chunk } from '../gan/training-loop.ts'
import { requireFinite } from './diverged.ts'
import { composeGrid } from './grid.ts'
import type { GridImages } from './grid.ts'
import { createLog } from './log-node.ts'
import type { Log } from './log-node.ts'
import { writePicture } from './picture-node.ts'
import type { RunPlan } from './plan.ts'
import { epochAt, meanOf, progressMeter } from './progress.ts'
import type { Progress } from './progress.ts'
import type { OpenRun } from './run.ts'
import { imagesOf } from './samples.ts'
import { forgerVersion } from './version-node.ts'
import { writeWholeFile } from './whole-file-node.ts'

/** Who wants to see a run while it goes on. */
export interface RunView {
  /** Called after every chunk of steps; `draw` gives samples of the run's own latents, always the same ones. */
  show(progress: Progress, draw: () => Promise<GridImages>): Promise<void>
}

export interface RunResult {
  readonly step: number
  /** From the first step to the last file. */
  readonly seconds: number
  readonly reason: 'steps' | 'time' | 'signal'
}

const grids = {
  step: { count: 64, columns: 8 },
  final: { count: 160, columns: 16 },
} as const

/** Pictures are enlarged until one image is about this high, in pixels. */
const wishedHeight = 56

/**
 * Trains an open run to its end, or to the chunk in which the signal comes; writes its log, its pictures and, at the end,
 * its model. Throws a DivergedError where training breaks down: then there is no final picture and no model.
 */
export async function trainRun(run: OpenRun, view: RunView, signal: AbortSignal): Promise<RunResult> {
  const { options, plan, trainer, folder } = run
  const begin = performance.now()
  const meter = progressMeter(plan)
  const draw = async (count: number) => imagesOf(await trainer.sample(count, options.seed), trainer.game)
  const save = async (path: string, { count, columns }: { count: number; columns: number }) => {
    const images = await draw(count)
    const scale = Math.max(1, Math.round(wishedHeight / images.shape[0]))
    await writePicture(path, composeGrid(images, { columns, scale, gap: 2 * scale }))
  }
  const log = await createLog(folder.log)
  let step = 0
  try {
    const lines = logKeeper(log, plan, options.logEvery)
    const loop = { ...plan.limits, stopAt: [options.sampleEvery, options.logEvery], signal }
    for await (const chunk of trainInChunks(trainer, loop)) {
      requireFinite(chunk.reports, step, plan.learningRate)
      step = chunk.step
      await lines.add(chunk)
      if (step % options.sampleEvery === 0) await save(folder.samplesAt(step), grids.step)
      await view.show(meter(chunk), () => draw(grids.step.count))
    }
    await lines.end()
  } finally {
    await log.close()
  }
  await save(folder.finalSamples, grids.final)
  const { exportGenerator } = await import('./export-generator.ts')
  await writeWholeFile(folder.model, exportGenerator(trainer, factsOf(run, step)))
  const seconds = (performance.now() - begin) / 1000
  return { step, seconds, reason: signal.aborted ? 'signal' : step === plan.limits.steps ? 'steps' : 'time' }
}

/** Sums up the steps since the last line, whenever `every` of them are done and at the end. */
function logKeeper(log: Log, plan: RunPlan, every: number) {
  let chunks: Chunk[] = []
  async function write() {
    const last = chunks.at(-1)
    if (last === undefined) return
    const reports = chunks.flatMap((chunk) => chunk.reports)
    const seconds = chunks.reduce((total, chunk) => total + chunk.seconds, 0)
    const { finite: _, ...means } = meanOf(reports)
    chunks = []
    await log.add({
      step: last.step,
      epoch: epochAt(last.step, plan.stepsPerEpoch),
      seconds: last.elapsed,
      imagesPerSecond: (reports.length * plan.imagesPerStep) / seconds,
      ...means,
    })
  }
  return {
    async add(chunk: Chunk) {
      chunks.push(chunk)
      if (chunk.step % every === 0) await write()
    },
    end: write,
  }
}

function factsOf({ options, plan, source }: OpenRun, step: number): Record<string, string> {
  return {
    trained_steps: String(step),
    seed: String(options.seed),
    recipe: plan.recipe.name,
    data: source.name,
    forger: forgerVersion(),
  }
}
