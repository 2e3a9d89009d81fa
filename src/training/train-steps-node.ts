import { reportsOf } from '../gan/game/game.ts'
import { trainInChunks } from '../gan/training/training-loop.ts'
import type { TensorBoardFile } from '../files/tensorboard-file-node.ts'
import { checkpointSteps, rotateCheckpoints, saveCheckpoint } from '../runs/folder/checkpoint-node.ts'
import { pictureEvent } from '../runs/folder/tensorboard-history-node.ts'
import type { OpenRun, RunPosition } from '../runs/opening/open-run.ts'
import { saveSamples, stepPicture } from '../runs/samples/sample-picture-node.ts'
import type { Journal } from './journal-node.ts'
import { brokenVariables } from './non-finite-variables.ts'
import type { RunChecks } from './run-checks-node.ts'
import type { RunEvent } from './run-event.ts'
import { progressMeter } from './run-progress.ts'
import { countdown, dueAfter, stopsOf } from './schedule.ts'
import type { Task } from './schedule.ts'

/** Seconds between scans of every number of the state, and between checkpoints where a step takes long. */
export const secondsBetween = { scans: 2, checkpoints: 120 } as const

/** Where a run writes what happens, and what it does besides. */
export interface Surroundings {
  readonly journal: Journal
  readonly tensorBoard: TensorBoardFile
  /** Null where the run does not stop by itself. */
  readonly checks: RunChecks | null
  /** Tasks of the caller. */
  readonly callbacks: readonly Task[]
  /** Ends the training after the running chunk. */
  readonly signal: AbortSignal
}

/** Steps that were trained until an end or a breakdown. */
interface Stretch {
  /** The last good place. */
  readonly reached: RunPosition
  /** The step after which a number was found to be NaN or infinite; null where none was. */
  readonly brokenAt: number | null
}

/** Trains from a place to the end of the run, or until numbers break down. */
export async function* trainSteps(
  start: RunPosition,
  run: OpenRun,
  { journal, tensorBoard, checks, callbacks, signal }: Surroundings,
): AsyncGenerator<RunEvent, Stretch> {
  const { options, plan, folder, trainer } = run
  const { sampleEvery, logEvery, checkpointEvery, checkEvery, keep } = options
  const meter = progressMeter(plan, reportsOf(trainer.game))
  const scanning = countdown(secondsBetween.scans)
  const saving = countdown(secondsBetween.checkpoints)
  const enough = new AbortController()
  const broken: { at: number | null } = { at: null }
  let reached = start
  let saved = start.step

  async function sumUp(): Promise<RunEvent | null> {
    const line = await journal.flush()
    return line && { kind: 'log', line }
  }
  async function save(step: number): Promise<RunEvent> {
    const path = await saveCheckpoint(folder, trainer, { step, rollbacks: run.rollbacks, run: run.identity })
    const best = checks?.outcome()?.judgement.best ?? null
    await rotateCheckpoints(folder, { every: checkpointEvery, keep, best, hasFirst: options.from !== undefined })
    saved = step
    saving.restart()
    return { kind: 'checkpoint', step, path }
  }
  const scan = (step: number) => {
    if (brokenVariables(trainer).length > 0) broken.at = step
    scanning.restart()
  }
  const stopWhenEnough = () => {
    if (checks?.outcome()?.isEnough) enough.abort()
  }

  const isCheckDue = (step: number) => checks?.isDue(step) ?? false
  /** What is done after a step, in this order. */
  const schedule: readonly Task[] = [
    {
      name: 'look for a loss that is no finite number',
      isDue: () => true,
      async run({ step, reports }) {
        const failure = reports.findIndex(({ finite }) => finite !== 1)
        if (failure >= 0) broken.at = step - reports.length + failure + 1
        return null
      },
    },
    {
      // Before whatever is kept of the state.
      name: 'scan every number of the state',
      isDue: (_, later) => scanning.isOver() || later.includes('check') || later.includes('checkpoint'),
      async run({ step }) {
        scan(step)
        return null
      },
    },
    {
      name: 'log',
      every: logEvery,
      isDue: () => true,
      async run(chunk) {
        const line = await journal.add(chunk)
        return line && { kind: 'log', line }
      },
    },
    {
      name: 'picture',
      every: sampleEvery,
      isDue: (step) => step % sampleEvery === 0,
      async run({ step }) {
        const path = folder.samplesAt(step)
        await tensorBoard.add(pictureEvent(step, Date.now() / 1000, await saveSamples(path, run, stepPicture)))
        return { kind: 'samples', step, path }
      },
    },
    {
      // A check looks back at all steps since the last one, also at those before a checkpoint that a run was resumed from.
      name: 'log what is not summed up yet',
      isDue: (_, later) => later.includes('check') || (checks !== null && later.includes('checkpoint')),
      run: sumUp,
    },
    ...(checks === null
      ? []
      : [
          {
            name: 'check',
            every: checkEvery,
            isDue: isCheckDue,
            run: ({ step }: { step: number }) => checks.check(step),
          },
        ]),
    ...callbacks,
    {
      // What a checkpoint stands for is all there, so it comes after all else that is written.
      name: 'checkpoint',
      every: checkpointEvery,
      isDue: (step) => step % checkpointEvery === 0 || saving.isOver(),
      run: ({ step }) => save(step),
    },
    {
      name: 'checkpoint of the best step',
      isDue: isCheckDue,
      run: async ({ step }) => (saved !== step && checks?.outcome()?.judgement.best === step ? save(step) : null),
    },
    { name: 'progress', isDue: () => true, run: async (chunk) => ({ kind: 'progress', progress: meter(chunk) }) },
    {
      name: 'stop when the checks say so',
      isDue: () => true,
      async run() {
        stopWhenEnough()
        return null
      },
    },
  ]

  if (checks?.isDue(start.step)) {
    yield await checks.check(start.step)
    if (!(await checkpointSteps(folder)).includes(start.step)) yield await save(start.step)
  }
  stopWhenEnough()
  const ending = AbortSignal.any([signal, enough.signal])
  for await (const chunk of trainInChunks(trainer, {
    ...plan.limits,
    start,
    stopAt: stopsOf(schedule),
    signal: ending,
  })) {
    for (const task of dueAfter(chunk.step, schedule)) {
      const event = await task.run(chunk)
      if (broken.at !== null) return { reached, brokenAt: broken.at }
      if (event !== null) yield event
    }
    reached = { step: chunk.step, seconds: chunk.elapsed }
  }
  const rest = await sumUp()
  if (rest !== null) yield rest
  const isChecked = checks?.hasChecked(reached.step) ?? true
  const isSaved = saved === reached.step && (await checkpointSteps(folder)).length > 0
  if (!isChecked || !isSaved) scan(reached.step)
  if (broken.at !== null) return { reached, brokenAt: broken.at }
  if (!isChecked && checks !== null) yield await checks.check(reached.step)
  if (!isSaved) yield await save(reached.step)
  return { reached, brokenAt: null }
}
