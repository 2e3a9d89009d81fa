/** What the pages of `npm run bench:browser` share: a page module exports `start` and `train`, which run.ts calls. */

import { denseGameOf, trainingSet } from '../../peers/stand-in.mjs'
import type { DenseGameName } from '../../peers/stand-in.mjs'
import type { Report, Train } from '../../peers/talk.ts'

interface Started {
  /** Milliseconds from the start of the page until its first step was done, less those for making the stand-in data. */
  readonly firstStepMs: number
}

export interface PageModule {
  start(name: string): Promise<Started>
  train(steps: number): Promise<Report>
}

export function pageModule(prepare: (game: DenseGameName, pixels: Uint8Array) => Promise<Train>): PageModule {
  let trainSteps: Train = () => Promise.reject(new Error('The page was not started.'))
  return {
    async start(name) {
      const began = performance.now()
      const game = denseGameOf(name)
      const pixels = trainingSet(game)
      const dataMs = performance.now() - began
      trainSteps = await prepare(game, pixels)
      await trainSteps(1)
      return { firstStepMs: performance.now() - dataMs }
    },
    async train(steps) {
      const began = performance.now()
      const losses = await trainSteps(steps)
      const ms = performance.now() - began
      if (!losses.every(Number.isFinite)) throw new Error(`The losses are not finite: ${losses.join(', ')}.`)
      return { ms, steps, losses }
    },
  }
}
