import { reportsOf } from '../gan/game.ts'
import { trainInChunks } from '../gan/training-loop.ts'
import { boardHistory, pictureEvent } from '../runs/folder/tensorboard-history-node.ts'
import { openBoard } from '../files/tensorboard-file-node.ts'
import { boardEventsOf } from '../runs/folder/tensorboard-of-log.ts'
import type { Board } from '../files/tensorboard-file-node.ts'
import { checkpointSteps, rotateCheckpoints, saveCheckpoint } from '../runs/folder/checkpoint-node.ts'
import type { RunEvent, RunResult } from './run-event.ts'
import { brokenVariables } from './non-finite-variables.ts'
import { finishRun } from './finish-run-node.ts'
import { goBack } from './rollback-node.ts'
import { inspect } from './run-checks-node.ts'
import type { Inspection } from './run-checks-node.ts'
import { openJournal } from './journal-node.ts'
import type { Journal } from './journal-node.ts'
import { openJudge } from './checker-node.ts'
import type { Judge } from './checker-node.ts'
import { isCheck } from '../runs/folder/log-lines.ts'
import { progressMeter } from './run-progress.ts'
import { readLog, rewind } from '../runs/folder/rewind-node.ts'
import type { OpenRun, Place } from '../runs/opening/open-run.ts'
import { saveSamples, stepPicture } from '../runs/samples/sample-picture-node.ts'

/** Seconds between looks at every number of the state, and between checkpoints where a step takes long. */
export const secondsBetween = { looks: 2, checkpoints: 120 } as const

/**
 * Trains an open run to its end, or to the chunk of steps in which the signal comes, and tells what happens; writes its
 * log, pictures, checkpoints and, at the end, its model and report. A run that stops by itself is judged on the way, and its trainer
 * holds the best state that was found at the end. Where numbers break down, it goes back to the last good checkpoint with half the
 * learning rate; at the fourth time it throws a DivergedError.
 */
export async function* trainRun(
  run: OpenRun,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<RunEvent, void> {
  const begin = performance.now()
  const sofar = () => run.start.seconds + (performance.now() - begin) / 1000
  const judge = run.options.stop === 'auto' ? await openJudge(run) : null
  try {
    const { step, judgement, isEnough } = yield* trainThrough(run, judge, signal, sofar)
    const kept = await finishRun(run, step)
    const reason = isEnough ? 'stopped' : reasonFor(step, run, signal)
    yield { kind: 'end', result: { step, seconds: sofar(), reason, judgement, kept } }
  } finally {
    await judge?.close()
  }
}

const reasonFor = (step: number, { plan }: OpenRun, { aborted }: AbortSignal): RunResult['reason'] =>
  step === plan.limits.steps ? 'steps' : aborted ? 'signal' : 'time'

/** Trains to the end, over all setbacks. */
async function* trainThrough(
  run: OpenRun,
  judge: Judge | null,
  signal: AbortSignal,
  sofar: () => number,
): AsyncGenerator<RunEvent, Pick<RunResult, 'step' | 'judgement'> & { readonly isEnough: boolean }> {
  const { folder, plan, options } = run
  const reports = reportsOf(run.trainer.game)
  let place = run.start
  const known = await readLog(folder, { step: place.step, setbacks: run.setbacks })
  // What was only checked because the run ended there, nobody would have seen if it had gone on.
  let lines = known.filter((line) => !isCheck(line) || line.step % options.checkEvery === 0)
  // One for the whole sitting: TensorBoard does not look again at a file that was replaced.
  const board = await openBoard(folder.board, await boardHistory(folder, lines, reports))
  try {
    for (;;) {
      const journal = await openJournal(folder.log, lines, board, { plan, every: options.logEvery, reports })
      const inspection = judge && inspect(run, judge, journal)
      try {
        const { reached, brokenAt } = yield* trainFrom(place, run, { journal, board, inspection }, signal)
        if (brokenAt === null) {
          const { judgement, isEnough } = inspection?.judged() ?? { judgement: null, isEnough: false }
          return { step: reached.step, judgement, isEnough }
        }
        const line = await goBack(run, brokenAt)
        lines = [...(await rewind(folder, { step: line.backTo, setbacks: run.setbacks - 1 })), line]
        place = { step: line.backTo, seconds: sofar() }
        for (const event of boardEventsOf([line], reports)) await board.add(event)
        yield { kind: 'setback', line }
      } finally {
        await journal.close()
      }
    }
  } finally {
    await board.close()
  }
}

/** Who writes down what happens. */
interface Witnesses {
  readonly journal: Journal
  readonly board: Board
  /** Null where the run does not stop by itself. */
  readonly inspection: Inspection | null
}

interface Stretch {
  /** The last good place. */
  readonly reached: Place
  /** The step at which something was seen to be no finite number. */
  readonly brokenAt: number | null
}

async function* trainFrom(
  start: Place,
  run: OpenRun,
  { journal, board, inspection }: Witnesses,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Stretch> {
  const { options, plan, folder, trainer } = run
  const { sampleEvery, logEvery, checkpointEvery, checkEvery, keep } = options
  const meter = progressMeter(plan, reportsOf(trainer.game))
  const looks = timer(secondsBetween.looks)
  const saves = timer(secondsBetween.checkpoints)
  const enough = new AbortController()
  let reached = start
  let saved = start.step
  async function* sumUp(): AsyncGenerator<RunEvent> {
    const line = await journal.flush()
    if (line !== null) yield { kind: 'log', line }
  }
  async function* check(step: number): AsyncGenerator<RunEvent> {
    yield* sumUp()
    if (inspection !== null) yield await inspection.check(step)
  }
  async function* save(step: number): AsyncGenerator<RunEvent> {
    // The next check looks back at all steps since the last one, whoever has done them.
    if (inspection !== null) yield* sumUp()
    const path = await saveCheckpoint(folder, trainer, { step, setbacks: run.setbacks, run: run.identity })
    await rotateCheckpoints(folder, {
      every: checkpointEvery,
      keep,
      best: inspection?.judged()?.judgement.best ?? null,
    })
    saved = step
    saves.restart()
    yield { kind: 'checkpoint', step, path }
  }
  const stopWhenDone = () => {
    if (inspection?.judged()?.isEnough) enough.abort()
  }

  if (inspection?.isDue(start.step)) {
    yield* check(start.step)
    if (!(await checkpointSteps(folder)).includes(start.step)) yield* save(start.step)
  }
  stopWhenDone()
  const stopAt = [sampleEvery, logEvery, checkpointEvery, ...(inspection === null ? [] : [checkEvery])]
  const loop = { ...plan.limits, start, stopAt, signal: AbortSignal.any([signal, enough.signal]) }
  for await (const chunk of trainInChunks(trainer, loop)) {
    const { step, reports, elapsed } = chunk
    const failure = reports.findIndex(({ finite }) => finite !== 1)
    if (failure >= 0) return { reached, brokenAt: step - reports.length + failure + 1 }
    const isDue = inspection?.isDue(step) ?? false
    const savesNow = step % checkpointEvery === 0 || saves.isOver()
    if (savesNow || isDue || looks.isOver()) {
      if (brokenVariables(trainer).length > 0) return { reached, brokenAt: step }
      looks.restart()
    }
    reached = { step, seconds: elapsed }
    const line = await journal.add(chunk)
    if (line !== null) yield { kind: 'log', line }
    if (step % sampleEvery === 0) {
      const path = folder.samplesAt(step)
      await board.add(pictureEvent(step, Date.now() / 1000, await saveSamples(path, run, stepPicture)))
      yield { kind: 'samples', step, path }
    }
    if (isDue) yield* check(step)
    // The last thing that is done for a step: what a checkpoint stands for is all there.
    if (savesNow || (isDue && inspection?.judged()?.judgement.best === step)) yield* save(step)
    yield { kind: 'progress', progress: meter(chunk) }
    stopWhenDone()
  }
  yield* sumUp()
  const isChecked = inspection?.hasChecked(reached.step) ?? true
  const isSaved = saved === reached.step && (await checkpointSteps(folder)).length > 0
  if (isChecked && isSaved) return { reached, brokenAt: null }
  if (brokenVariables(trainer).length > 0) return { reached, brokenAt: reached.step }
  if (!isChecked) yield* check(reached.step)
  if (!isSaved) yield* save(reached.step)
  return { reached, brokenAt: null }
}

function timer(seconds: number) {
  let start = performance.now()
  return {
    isOver: () => performance.now() - start > seconds * 1000,
    restart() {
      start = performance.now()
    },
  }
}
