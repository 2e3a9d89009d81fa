/** The runs of `npm run evidence:stop`: games that go well, and games that go wrong in the ways that there are. */
import { fileURLToPath } from 'node:url'
import type { RunInput } from '../src/runs/options/run-options.ts'

/** A run, and what is to come of it. */
export interface PlannedRun {
  readonly name: string
  /** What is right or wrong with it, for people. */
  readonly about: string
  readonly options: RunInput
}

const unfair = fileURLToPath(new URL('unfair.ts', import.meta.url))

/** Perceptrons of a quarter of the usual width, so that all of this takes minutes. */
const small = { generator: { units: [128, 256] }, discriminator: { units: [256, 128] } }
const digits = {
  recipe: 'mlp',
  data: 'mnist',
  batch: 64,
  steps: 5000,
  checkEvery: 250,
  checkFeatures: 'random-network',
} as const

/** Until those that get better for long do no more. */
const long = 20_000

export const plannedRuns: readonly PlannedRun[] = [
  { name: 'healthy', about: 'as it should be', options: { ...digits, steps: long, game: small } },
  {
    name: 'moons',
    about: 'as it should be, on points',
    options: {
      recipe: 'mlp',
      data: 'toy:moons',
      batch: 256,
      steps: 10_000,
      checkEvery: 500,
      learningRate: 2e-3,
      game: {
        generator: { units: [128, 128] },
        discriminator: { units: [128, 128] },
        latent: 4,
        gamma: 0.02,
        slowdown: 300,
        average: { decay: 0.999 },
      },
    },
  },
  { name: 'rate-100', about: 'learning rate x 100', options: { ...digits, learningRate: 0.1, game: small } },
  { name: 'rate-1000', about: 'learning rate x 1000', options: { ...digits, learningRate: 1, game: small } },
  {
    name: 'no-penalty',
    about: 'no gradient penalty',
    options: { ...digits, steps: long, game: { ...small, gamma: 0 } },
  },
  {
    name: 'rounds-10',
    about: 'ten updates of the discriminator for each of the generator, no penalty',
    options: { ...digits, steps: 3000, recipe: unfair, game: { rounds: 10 } },
  },
  {
    name: 'outmatched',
    about: 'a discriminator fifty times as fast as its generator, the minimax loss of 2014, no penalty',
    options: { ...digits, steps: 3000, recipe: unfair, game: { handicap: 0.02, objective: 'minimax' } },
  },
  {
    name: 'tiny',
    about: 'a generator of 4 hidden units',
    options: { ...digits, steps: long, game: { ...small, generator: { units: [4] } } },
  },
  {
    name: 'collapsing',
    about: 'a generator ten times as fast as its discriminator',
    options: {
      data: 'toy:ring',
      batch: 128,
      steps: 5000,
      checkEvery: 500,
      recipe: unfair,
      learningRate: 1e-4,
      game: { handicap: 10, discriminator: { units: [128] } },
    },
  },
]
