import { trainInChunks } from '../gan/training-loop.ts'
import { boardHistory, pictureEvent } from './board-history-node.ts'
import { boardEventsOf, openBoard } from './board-node.ts'
import type { Board } from './board-node.ts'
import { checkpointSteps, rotateCheckpoints, saveCheckpoint } from './checkpoint-node.ts'
import type { RunEvent } from './event.ts'
import { brokenVariables } from './finite-state.ts'
import { finishRun } from './finish-run-node.ts'
import { goBack } from './go-back-node.ts'
import { openJournal } from './journal-node.ts'
import type { Journal } from './journal-node.ts'
import { progressMeter } from './progress.ts'
import { readLog, rewind } from './rewind-node.ts'
import type { OpenRun, Place } from './run.ts'
import { saveSamples, stepPicture } from './samples-node.ts'

/** Seconds between looks at every number of the state, and between checkpoints where a step takes long. */
export const secondsBetween = { looks: 2, checkpoints: 120 } as const

/**
 * Trains an open run to its end, or to the chunk of steps in which the signal comes, and tells what happens; writes its
 * log, pictures, checkpoints and, at the end, its model and report. Where numbers break down, it goes back to the last
 * good checkpoint with half the learning rate; at the fourth time it throws a DivergedError.
 */
export async function* trainRun(
  run: OpenRun,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<RunEvent, void> {
  const begin = performance.now()
  const sofar = () => run.start.seconds + (performance.now() - begin) / 1000
  let place = run.start
  let kept = await readLog(run.folder, { step: place.step, setbacks: run.setbacks })
  // One for the whole sitting: TensorBoard does not look again at a file that was replaced.
  const board = await openBoard(run.folder.board, await boardHistory(run.folder, kept))
  try {
    for (;;) {
      const journal = await openJournal(run.folder.log, kept, board, run.plan, run.options.logEvery)
      try {
        const { reached, brokenAt } = yield* trainFrom(place, run, journal, board, signal)
        place = reached
        if (brokenAt === null) break
        const line = await goBack(run, brokenAt)
        kept = [...(await rewind(run.folder, { step: line.backTo, setbacks: run.setbacks - 1 })), line]
        place = { step: line.backTo, seconds: sofar() }
        for (const event of boardEventsOf([line])) await board.add(event)
        yield { kind: 'setback', line }
      } finally {
        await journal.close()
      }
    }
  } finally {
    await board.close()
  }
  await finishRun(run, place.step)
  const reason = place.step === run.plan.limits.steps ? 'steps' : signal.aborted ? 'signal' : 'time'
  yield { kind: 'end', result: { step: place.step, seconds: sofar(), reason } }
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
  journal: Journal,
  board: Board,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Stretch> {
  const { options, plan, folder, trainer } = run
  const { sampleEvery, logEvery, checkpointEvery } = options
  const meter = progressMeter(plan)
  const looks = timer(secondsBetween.looks)
  const saves = timer(secondsBetween.checkpoints)
  let reached = start
  let saved = start.step
  const save = async (step: number): Promise<RunEvent> => {
    const path = await saveCheckpoint(folder, trainer, { step, setbacks: run.setbacks, run: run.identity })
    await rotateCheckpoints(folder, checkpointEvery, options.keep)
    saved = step
    saves.restart()
    return { kind: 'checkpoint', step, path }
  }

  const loop = { ...plan.limits, start, stopAt: [sampleEvery, logEvery, checkpointEvery], signal }
  for await (const chunk of trainInChunks(trainer, loop)) {
    const { step, reports, elapsed } = chunk
    const failure = reports.findIndex(({ finite }) => finite !== 1)
    if (failure >= 0) return { reached, brokenAt: step - reports.length + failure + 1 }
    const savesNow = step % checkpointEvery === 0 || saves.isOver()
    if (savesNow || looks.isOver()) {
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
    // The last thing that is done for a step: what a checkpoint stands for is all there.
    if (savesNow) yield await save(step)
    yield { kind: 'progress', progress: meter(chunk) }
  }
  const line = await journal.flush()
  if (line !== null) yield { kind: 'log', line }
  if (saved !== reached.step || (await checkpointSteps(folder)).length === 0) {
    if (brokenVariables(trainer).length > 0) return { reached, brokenAt: reached.step }
    yield await save(reached.step)
  }
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
