/** Forger in a page. */

import * as forger from '../../../src/browser.ts'
import { gameNamed } from '../../games.mjs'
import { rules } from '../../peers/stand-in.mjs'
import { pageModule } from './serve.ts'

export const { start, train } = pageModule(async (name, images) => {
  const device = await forger.openDevice({ threads: rules.threads })
  const trainer = await forger.createTrainer(device, gameNamed(forger, name), { images, count: rules.samples })
  return async (steps) => {
    const { discriminatorLoss, generatorLoss } = (await trainer.train(steps))[steps - 1]
    return [discriminatorLoss, generatorLoss]
  }
})
