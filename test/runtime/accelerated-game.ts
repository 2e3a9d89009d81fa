import { createTrainer } from '../../src/gan/training/trainer.ts'
import type { StepReport, Trainer } from '../../src/gan/training/trainer.ts'
import { twoPlayerGame } from '../../src/gan/players/two-player-game.ts'
import type { Recipe } from '../../src/recipes/index.ts'
import type { Accelerator } from '../../src/runtime/accelerator.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Shape } from '../../src/tensor/tensor.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { classes, smallGame } from '../recipes/small.ts'

const count = 24

/** Of the samples of recipes that do not learn from images of whole powers of two. */
const shapes: Readonly<Record<string, Shape>> = {
  mlp: [5, 7, 3],
  conditional: [5, 7, 3],
  paper: [5, 7, 3],
  points: [2],
}

/** A small game of a recipe in its first state, with or without an accelerator. */
export async function openSmallGame(recipe: Recipe, accelerator: Accelerator | null): Promise<Trainer> {
  const dataShape = shapes[recipe.name] ?? [16, 16, 1]
  const settings = smallGame(recipe, dataShape)
  const size = sizeOf(dataShape)
  const images = Uint8Array.from({ length: count * size }, (_, index) => (index * index * 41 + index) % 256)
  const labels = Array.from({ length: count }, (_, index) => index % classes)
  const device = createDevice(inlineEngine(), { accelerator })
  const shorter = twoPlayerGame({ ...settings, discriminatorSteps: Math.min(settings.discriminatorSteps, 2) })
  const trainer = await createTrainer(device, shorter, { images, labels, count }, { seed: 1 })
  // Adam divides by the root of the mean square of gradients: of those that are nothing but rounding, it would make whole
  // steps. So none begins that small.
  for (const [name, variable] of trainer.variables) {
    if (!/^optimizers\..*\.second\./.test(name)) continue
    write(device, variable, new Float32Array(sizeOf(variable.tensor.shape)).fill(1e-3))
  }
  return trainer
}

const names = ['discriminatorLoss', 'generatorLoss', 'realScore', 'fakeScore', 'penalty', 'finite'] as const

/** Where a trainer has come to, and how. */
export interface Outcome {
  readonly reports: readonly StepReport[]
  readonly state: ReadonlyMap<string, ArrayLike<number>>
}

export async function outcomeAfter(trainer: Trainer, steps: number): Promise<Outcome> {
  const reports = await trainer.train(steps)
  return { reports, state: new Map([...trainer.variables].map(([name, one]) => [name, read(trainer.device, one)])) }
}

/** The largest difference between two outcomes: relative to numbers above 1, absolute below. Infinite where there is no number. */
export function difference(a: Outcome, b: Outcome): number {
  const reported = ({ reports }: Outcome) => reports.flatMap((report) => names.map((name) => report[name]))
  return Math.max(
    between(reported(a), reported(b)),
    ...[...a.state].map(([name, values]) => between(values, b.state.get(name) ?? [])),
  )
}

function between(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const one = Math.abs(a[i] - b[i]) / Math.max(1, Math.abs(a[i]))
    largest = Math.max(largest, Number.isNaN(one) ? Infinity : one)
  }
  return largest
}
