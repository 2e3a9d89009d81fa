/** What the pages of `npm run bench:browser` share: a page module exports `start` and `train`, which run.ts calls. */

import { gameOf, trainingSet } from '../../peers/stand-in.mjs'
import type { GameName } from '../../peers/stand-in.mjs'
import type { Report, Train } from '../../peers/talk.ts'

interface Started {
  /** Milliseconds from the start of the page until its first step was done, less those for making the stand-in data. */
  readonly firstStepMs: number
}

export interface PageModule {
  start(game: string): Promise<Started>
  train(steps: number): Promise<Report>
}

export function pageModule(prepare: (game: GameName, pixels: Uint8Array) => Promise<Train>): PageModule {
  let trainSteps: Train = () => Promise.reject(new Error('The page was not started.'))
  return {
    async start(game) {
      const began = performance.now()
      const pixels = trainingSet()
      const dataMs = performance.now() - began
      trainSteps = await prepare(gameOf(game), pixels)
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
