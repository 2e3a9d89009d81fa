/** Forger in a page. */

import { createTrainer, openDevice } from '../../../src/browser.ts'
import { gameNamed } from '../../games.ts'
import { rules } from '../../peers/stand-in.ts'
import { pageModule } from './serve.ts'

export const { start, train } = pageModule(async (game, images) => {
  const device = await openDevice({ threads: rules.threads })
  const trainer = await createTrainer(device, gameNamed(game), { images, count: rules.samples })
  return async (steps) => {
    const last = (await trainer.train(steps))[steps - 1]
    return [last.discriminatorLoss, last.generatorLoss]
  }
})
