/** The games of `npm run evidence:toys`: the recipe `points` on toys that know their modes, with every objective. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drawToy } from '../src/data/toys.ts'
import type { ObjectiveName } from '../src/gan/losses/objectives.ts'
import { objectiveNames } from '../src/gan/losses/objectives.ts'
import { createTrainer } from '../src/gan/training/trainer.ts'
import { pointModes } from '../src/metrics/modes.ts'
import type { PointModes } from '../src/metrics/modes.ts'
import { recipes } from '../src/recipes/index.ts'
import { openNodeDevice } from '../src/runtime/open-node.ts'
import { codeOf } from '../src/files/file-error-node.ts'
import { writeWholeFile } from '../src/files/whole-file-node.ts'

const { points } = recipes

/** Toys that know their modes. */
export const toyNames = ['grid', 'ring'] as const
export type ToyName = (typeof toyNames)[number]

/** Whether the discriminator pays for its slopes, as the recipe has it, or not. */
export const penaltyKinds = ['with', 'without'] as const

/** A game, on one seed. */
export interface ToyGame {
  readonly toy: ToyName
  readonly objective: ObjectiveName
  readonly penalties: (typeof penaltyKinds)[number]
  readonly seed: number
}

/** How it came out. */
export interface ToyOutcome extends ToyGame {
  /** Of `samples` points. */
  readonly found: PointModes
  /** Some of them, for a picture: x and y of one after the other. */
  readonly shown: readonly (number | null)[]
  readonly steps: number
  readonly threads: number
  /** From the game to the trained generator. */
  readonly seconds: number
  /** The same without what others on the machine took: preparation, and steps times the least time of a step. */
  readonly quietSeconds: number
}

/** Points that are drawn to count modes. */
export const samples = 10_000
/** Of those, that a picture shows. */
const shownPoints = 1000
/** Of the latents. */
const seedOfSamples = 77
/** Steps that are timed together. */
const timedSteps = 250

/** All games of so many seeds; the recipe's own come first. */
export const allGames = (seeds: number): ToyGame[] =>
  penaltyKinds.flatMap((penalties) =>
    objectiveNames
      .toSorted((a, b) => Number(isUsual(b)) - Number(isUsual(a)))
      .flatMap((objective) =>
        toyNames.flatMap((toy) =>
          Array.from({ length: seeds }, (_, index): ToyGame => ({ toy, objective, penalties, seed: index + 1 })),
        ),
      ),
  )

/** Whether that is the recipe's own objective. */
export const isUsual = (objective: ObjectiveName): boolean => objective === points.settings.parse({}).objective

/** Plays a game, or remembers how it came out when it was played into this folder. */
export async function outcomeOf(game: ToyGame, folder: string, threads?: number): Promise<ToyOutcome> {
  const { toy, objective, penalties, seed } = game
  const path = join(folder, `${toy}-${objective}-${penalties}-${seed}.json`)
  const known = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (known !== null) return JSON.parse(known)
  const outcome = await play(game, threads)
  await writeWholeFile(path, new TextEncoder().encode(JSON.stringify(outcome)))
  return outcome
}

async function play(game: ToyGame, wished?: number): Promise<ToyOutcome> {
  const { toy, objective, penalties, seed } = game
  const source = drawToy(toy, 'train')
  if (source.modes === null) throw new Error(`the toy ${toy} has no modes`)
  const settings = { objective, ...(penalties === 'without' ? { gamma: 0 } : {}) }
  const device = await openNodeDevice(wished === undefined ? {} : { threads: wished })
  try {
    const start = performance.now()
    const trainer = await createTrainer(
      device,
      points.game({ ...points.defaults, dataShape: source.shape, settings }),
      source,
      { seed },
    )
    const prepared = performance.now() - start
    const { steps } = points.defaults
    let least = Infinity
    for (let done = 0; done < steps; done += timedSteps) {
      const before = performance.now()
      const some = Math.min(timedSteps, steps - done)
      await trainer.train(some)
      least = Math.min(least, (performance.now() - before) / some)
    }
    const seconds = (performance.now() - start) / 1000
    const values = await trainer.sample(samples, seedOfSamples)
    return {
      ...game,
      found: pointModes({ values, count: samples, size: 2 }, source.modes),
      // What is not finite becomes null in JSON.
      shown: Array.from(values.subarray(0, 2 * shownPoints), (value) => Number(value.toFixed(4))),
      steps,
      threads: device.engine.threads,
      seconds,
      quietSeconds: (prepared + steps * least) / 1000,
    }
  } finally {
    await device.engine.close()
  }
}
