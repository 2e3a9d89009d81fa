import type { Reports } from '../gan/game/game.ts'
import type { StepReport } from '../gan/training/trainer.ts'

/** What the reports up to the breakdown say, most telling first. */
const causes: readonly {
  readonly applies: (evidence: Evidence) => boolean
  readonly text: (evidence: Evidence) => string
}[] = [
  {
    applies: ({ penalty, loss }) => penalty > 1e3 && penalty > 0.9 * loss,
    text: ({ penalty, learningRate }) =>
      `the gradient penalty had grown to ${shortNumber(penalty)} before, so most likely its weight or the learning rate (${learningRate}) is too high`,
  },
  {
    applies: ({ loss, usual }) => loss > 1e3 * usual,
    text: ({ loss, usual, learningRate }) =>
      `losses had grown from ${shortNumber(usual)} to ${shortNumber(loss)} before, so most likely the learning rate (${learningRate}) is too high`,
  },
  {
    applies: ({ learningRate }) => learningRate > 0.02,
    text: ({ learningRate }) => `most likely the learning rate (${learningRate}) is too high`,
  },
  {
    applies: () => true,
    text: ({ learningRate }) =>
      'no loss had grown before, so most likely a player or an objective divides by zero, or takes the logarithm or the root of ' +
      `a negative number; if not, the learning rate (${learningRate}) is too high`,
  },
]

interface Evidence {
  /** The largest loss and penalty of the last finite steps. */
  readonly loss: number
  readonly penalty: number
  /** The median of all losses that were finite, at least 1. */
  readonly usual: number
  readonly learningRate: number
}

/** Why numbers broke, most likely, from the reports of the steps up to then; no sentence, but a part of one. */
export function likelyCause(history: readonly StepReport[], learningRate: number, reports: Reports): string {
  const finite = history.filter((report) => report.finite === 1)
  const largest = (chart: string) => (report: StepReport) =>
    Math.max(0, ...namesIn(reports, chart).map((name) => Math.abs(report[name] ?? 0)))
  const lossOf = largest('Losses')
  const recent = finite.slice(-20)
  const losses = finite.map(lossOf).toSorted((a, b) => a - b)
  const evidence = {
    loss: Math.max(0, ...recent.map(lossOf)),
    penalty: Math.max(0, ...recent.map(largest('Penalty'))),
    usual: Math.max(1, losses[Math.floor(losses.length / 2)] ?? 1),
    learningRate,
  }
  return causes.find(({ applies }) => applies(evidence))?.text(evidence) ?? ''
}

/** The names of what a chart shows. */
const namesIn = (reports: Reports, chart: string): string[] =>
  Object.keys(reports).filter((name) => reports[name].chart === chart)

const shortNumber = (value: number): string => String(Number(value.toPrecision(2)))
