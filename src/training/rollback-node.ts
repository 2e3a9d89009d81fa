import { examineBreakdown } from './breakdown.ts'
import { checkpointSteps } from '../runs/folder/checkpoint-node.ts'
import { DivergedError } from './diverged-error.ts'
import type { RollbackLine } from '../runs/folder/log-lines.ts'
import { writeReport } from '../report/write-report-node.ts'
import { learningRateAfter } from '../runs/options/run-game.ts'
import type { OpenRun } from '../runs/opening/open-run.ts'

/** After so many rollbacks with one learning rate the next breakdown is the end. */
const mostRollbacks = 3

/**
 * Finds out what broke, and makes the run ready for another try: from its last checkpoint or, where that was tried before, from
 * the one before it. Throws a DivergedError after too many rollbacks; the report tells of them.
 */
export async function rollBack(run: OpenRun, brokenAt: number): Promise<RollbackLine> {
  // Only checkpoints at their appointed steps: so the same run goes back to the same place, wherever it was interrupted.
  const scheduled = (await checkpointSteps(run.folder)).filter((step) => step % run.options.checkpointEvery === 0)
  const [last = 0, before = 0] = scheduled.toReversed()
  const rollbacksThen = await run.rollBack(last, run.rollbacks)
  const learningRate = learningRateAfter(run.rollbacks, run.plan)
  const { step, explanation } = await examineBreakdown(run.trainer, last, brokenAt, learningRate)
  const rollbacks = run.rollbacks + 1
  const { recipe, present } = run.plan
  const tries = rollbacks - present.rollbacks
  if (tries > mostRollbacks) {
    await writeReport(run.folder.path)
    const advised = Math.min(present.learningRate / 100, recipe.defaults.learningRate)
    throw new DivergedError(
      `${explanation} It is the ${tries}th time, each with half the learning rate of the one before, so the run was stopped; ` +
        `try --learning-rate ${Number(advised.toPrecision(3))}.`,
    )
  }
  const wasTried = last > 0 && rollbacksThen < run.rollbacks
  const backTo = wasTried ? before : last
  await run.rollBack(backTo, rollbacks)
  const halved = learningRateAfter(rollbacks, run.plan)
  return { step, time: new Date().toISOString(), rollback: explanation, backTo, learningRate: halved }
}
