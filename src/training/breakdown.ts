import { reportsOf } from '../gan/game/game.ts'
import type { ReportedScalar, Reports } from '../gan/game/game.ts'
import type { StepReport, Trainer } from '../gan/training/trainer.ts'
import { read, write } from '../runtime/device.ts'
import type { Variable } from '../runtime/device.ts'
import { brokenVariables } from './non-finite-variables.ts'
import { likelyCause } from './breakdown-cause.ts'

/** Where and why training broke down. */
export interface Breakdown {
  /** The first step after which something was no finite number. */
  readonly step: number
  /** What broke first, and the likely cause. */
  readonly explanation: string
}

/** The state is copied after this many steps, so that only as many are done one by one. */
const stride = 16

/**
 * Plays the steps from `from` to `to` once more (equal states give equal steps) and tells what broke first.
 * @param trainer in the state after step `from`, which is good.
 */
export async function examineBreakdown(
  trainer: Trainer,
  from: number,
  to: number,
  learningRate: number,
): Promise<Breakdown> {
  const history: StepReport[] = []
  let good = { step: from, state: copyState(trainer) }
  while (good.step < to) {
    const steps = Math.min(stride, to - good.step)
    const reports = await trainer.train(steps)
    if (isBroken(trainer, reports)) break
    history.push(...reports)
    good = { step: good.step + steps, state: copyState(trainer) }
  }
  // The next stride is the one that breaks: once more, step by step.
  for (const [variable, values] of good.state) write(trainer.device, variable, values)
  for (let step = good.step + 1; step <= to; step++) {
    const reports = await trainer.train(1)
    history.push(...reports)
    if (isBroken(trainer, reports)) {
      const evidence = { broken: brokenVariables(trainer), history, learningRate, reports: reportsOf(trainer.game) }
      return { step, explanation: explain(step, evidence) }
    }
  }
  return { step: to, explanation: unrepeatable(to) }
}

const isBroken = (trainer: Trainer, reports: readonly StepReport[]): boolean =>
  reports.some(({ finite }) => finite !== 1) || brokenVariables(trainer).length > 0

const copyState = ({ device, variables }: Trainer): [Variable, ArrayLike<number>][] =>
  [...variables.values()].map((variable) => [variable, read(device, variable)])

const unrepeatable = (step: number): string =>
  `At step ${step} a number was no finite one any more, but not when the same steps were played again: ` +
  'if nobody else writes to the memory of this process, that memory may be faulty.'

interface Evidence {
  /** The variables that are no finite numbers. */
  readonly broken: readonly string[]
  readonly history: readonly StepReport[]
  readonly learningRate: number
  readonly reports: Reports
}

function explain(step: number, { broken, history, learningRate, reports }: Evidence): string {
  const [first, ...others] = broken
  const report = history.at(-1)
  const scalar = Object.keys(reports).find((name) => report && name in report && !Number.isFinite(report[name]))
  const what =
    first !== undefined
      ? `${first} ${others.length > 0 ? `(the first of ${broken.length} arrays) ` : ''}was no finite number any more`
      : `${scalar === undefined ? 'a reported number' : nameOf(reports[scalar])} was no finite number any more`
  return `After step ${step} ${what}; ${likelyCause(history, learningRate, reports)}.`
}

const nameOf = ({ chart, title }: ReportedScalar): string => (chart === 'Losses' ? `the ${title}'s loss` : title)
