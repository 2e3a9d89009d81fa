import type { StepReport } from '../gan/trainer.ts'

/** Training that cannot go on, as a loss is no number any more. Its message is for the person who started it. */
export class DivergedError extends Error {
  override name = 'DivergedError'
}

/** Throws where a loss of one of these steps is not finite. `before` is how many steps were done before them. */
export function requireFinite(reports: readonly StepReport[], before: number, learningRate: number): void {
  const index = reports.findIndex(({ finite }) => finite !== 1)
  if (index < 0) return
  const { discriminatorLoss, generatorLoss } = reports[index]
  const [player, loss] = Number.isFinite(discriminatorLoss)
    ? ['generator', generatorLoss]
    : ['discriminator', discriminatorLoss]
  throw new DivergedError(
    `The ${player}'s loss became ${loss} at step ${before + index + 1}, so the run was stopped: most often the learning ` +
      `rate (${learningRate}) is too high, so try --learning-rate ${Number((learningRate / 10).toPrecision(3))}.`,
  )
}
