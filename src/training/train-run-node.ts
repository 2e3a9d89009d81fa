import { openTensorBoardFile } from '../files/tensorboard-file-node.ts'
import { reportsOf } from '../gan/game/game.ts'
import { isCheck } from '../runs/folder/log-lines.ts'
import { readLog, rewind } from '../runs/folder/rewind-node.ts'
import { tensorBoardHistory } from '../runs/folder/tensorboard-history-node.ts'
import { tensorBoardEventsOf } from '../runs/folder/tensorboard-of-log.ts'
import type { OpenRun } from '../runs/opening/open-run.ts'
import { tasksOf } from './callbacks.ts'
import type { TrainRunOptions } from './callbacks.ts'
import { openChecker } from './checker-node.ts'
import type { Checker } from './checker-node.ts'
import { finishRun } from './finish-run-node.ts'
import { openJournal } from './journal-node.ts'
import { rollBack } from './rollback-node.ts'
import { openRunChecks } from './run-checks-node.ts'
import type { RunEvent, RunResult } from './run-event.ts'
import type { Task } from './schedule.ts'
import { trainSteps } from './train-steps-node.ts'

/**
 * Trains an open run to its end, or to the chunk of steps in which the signal comes, and tells what happens; writes its
 * log, pictures, checkpoints and, at the end, its model and report. A run that stops by itself is judged on the way, and its trainer
 * holds the best state that was found at the end. Where numbers break down, it goes back to the last good checkpoint with half the
 * learning rate; at the fourth time it throws a DivergedError.
 * @param options a signal, callbacks, or both; or the signal alone.
 */
export async function* trainRun(
  run: OpenRun,
  options: TrainRunOptions | AbortSignal = {},
): AsyncGenerator<RunEvent, void> {
  const { signal: given, callbacks = [] } = options instanceof AbortSignal ? { signal: options } : options
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, ...(given ? [given] : [])])
  const tasks = tasksOf(callbacks, run, () => stop.abort())
  const begin = performance.now()
  const sofar = () => run.start.seconds + (performance.now() - begin) / 1000
  const checker = run.options.stop === 'auto' ? await openChecker(run) : null
  try {
    const { step, judgement, isEnough } = yield* trainThrough(run, { checker, callbacks: tasks, signal, sofar })
    const kept = await finishRun(run, step)
    const reason = isEnough ? 'stopped' : reasonFor(step, run, signal)
    yield { kind: 'end', result: { step, seconds: sofar(), reason, judgement, kept } }
  } finally {
    await checker?.close()
  }
}

const reasonFor = (step: number, { plan }: OpenRun, { aborted }: AbortSignal): RunResult['reason'] =>
  step === plan.limits.steps ? 'steps' : aborted ? 'signal' : 'time'

interface Sitting {
  readonly checker: Checker | null
  readonly callbacks: readonly Task[]
  readonly signal: AbortSignal
  /** Seconds of training up to now, over all sittings. */
  sofar(): number
}

/** Trains to the end, over all rollbacks. */
async function* trainThrough(
  run: OpenRun,
  { checker, callbacks, signal, sofar }: Sitting,
): AsyncGenerator<RunEvent, Pick<RunResult, 'step' | 'judgement'> & { readonly isEnough: boolean }> {
  const { folder, plan, options } = run
  const reports = reportsOf(run.trainer.game)
  let position = run.start
  const known = await readLog(folder, { step: position.step, rollbacks: run.rollbacks })
  // What was only checked because the run ended there, nobody would have seen if it had gone on.
  let lines = known.filter((line) => !isCheck(line) || line.step % options.checkEvery === 0)
  // One for the whole sitting: TensorBoard does not look again at a file that was replaced.
  const tensorBoard = await openTensorBoardFile(folder.tensorBoard, await tensorBoardHistory(folder, lines, reports))
  try {
    for (;;) {
      const journal = await openJournal(folder.log, lines, tensorBoard, { plan, every: options.logEvery, reports })
      const checks = checker && openRunChecks(run, checker, journal)
      try {
        const surroundings = { journal, tensorBoard, checks, callbacks, signal }
        const { reached, brokenAt } = yield* trainSteps(position, run, surroundings)
        if (brokenAt === null) {
          const { judgement, isEnough } = checks?.outcome() ?? { judgement: null, isEnough: false }
          return { step: reached.step, judgement, isEnough }
        }
        const line = await rollBack(run, brokenAt)
        lines = [...(await rewind(folder, { step: line.backTo, rollbacks: run.rollbacks - 1 })), line]
        position = { step: line.backTo, seconds: sofar() }
        for (const event of tensorBoardEventsOf([line], reports)) await tensorBoard.add(event)
        yield { kind: 'rollback', line }
      } finally {
        await journal.close()
      }
    }
  } finally {
    await tensorBoard.close()
  }
}
