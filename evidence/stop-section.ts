import { usualRule } from '../src/gan/training/stop-rule.ts'
import type { Check, Judgement } from '../src/gan/training/stop-rule.ts'
import { distanceName, checkOutcome } from '../src/runs/opening/check-outcome.ts'
import { checksOf } from '../src/runs/folder/log-lines.ts'
import type { RunOptions } from '../src/runs/options/run-options.ts'
import { readRecord } from '../src/runs/folder/run-record-node.ts'
import { readLog } from '../src/runs/folder/rewind-node.ts'
import { runFolderAt } from '../src/runs/folder/run-folder.ts'
import { table } from './results-page.ts'

/** How a run that was judged to its budget would have ended, and what that would have cost. */
export interface Outcome {
  /** What its distances are. */
  readonly distance: string
  /** The check at which it ended: by itself, or at its budget. */
  readonly end: Check
  readonly hasStopped: boolean
  readonly judgement: Judgement
  /** The check of the step that it kept. */
  readonly kept: Check
  /** The best check of all, up to its budget. */
  readonly best: Check
}

/** Reads a run that was judged to its budget. */
export async function outcomeOf(path: string): Promise<Outcome> {
  const folder = runFolderAt(path)
  const { options } = await readRecord(folder)
  return outcomeFrom(checksOf(await readLog(folder)), options)
}

/** Where the usual rule ends a run with these checks. */
export function outcomeFrom(checks: readonly Check[], { checkEvery, checkFeatures }: RunOptions): Outcome {
  const rule = { checkEvery, patience: usualRule.patience }
  const seen = checks.map((_, index) => checks.slice(0, index + 1))
  const upToEnd = seen.find((some) => checkOutcome(some, rule).isEnough) ?? checks
  const { judgement, isEnough } = checkOutcome(upToEnd, rule)
  return {
    distance: distanceName({ checkFeatures }),
    end: upToEnd[upToEnd.length - 1],
    hasStopped: isEnough,
    judgement,
    kept: nearest(upToEnd),
    best: nearest(checks),
  }
}

const nearest = (checks: readonly Check[]): Check =>
  checks.reduce((best, check) => (check.distance < best.distance ? check : best))

/** What is told of a run. */
export interface ToldRun {
  readonly about: string
  readonly outcome: Outcome
}

/** The section of docs/results.md about these runs. */
export const stopSection = (runs: readonly ToldRun[]): string => `## When to stop

\`npm run evidence:stop\` plays these games until they stop by themselves, and then lets each go on to its budget, judged all the while, to
see what it would have found. Distances are ${[...new Set(runs.map(({ outcome }) => outcome.distance))].join(' and ')} between 2,000 generated images or
10,000 points and as many held-out ones. All runs have seed 0; players are small, so that all of this takes minutes.

${table(
  ['game', 'ended after', 'as', 'kept step', 'its distance', 'best up to the budget', 'ratio'],
  runs.map(({ about, outcome: { end, hasStopped, judgement, kept, best } }) => [
    about,
    countText(end.step),
    `${hasStopped ? judgement.state : 'learning, at its budget'}: ${judgement.reason.replace('still learning: ', '')}`,
    countText(kept.step),
    distanceText(kept.distance),
    `${distanceText(best.distance)} (step ${countText(best.step)})`,
    (kept.distance / best.distance).toFixed(3),
  ]),
)}
`

const countText = (count: number): string => count.toLocaleString('en')

const distanceText = (distance: number): string => distance.toPrecision(3)
