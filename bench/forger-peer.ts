/** Forger as a program that trains one game of the benchmark: forger-peer.ts big|small|r1r2 */

import { createTrainer } from '../src/gan/trainer.ts'
import { openNodeDevice } from '../src/runtime/open-node.ts'
import { forgerVersion } from '../src/runs/version-node.ts'
import { gameNamed } from './games.ts'
import { gameOf, rules } from './peers/stand-in.ts'
import { serve } from './peers/serve.ts'

await serve(forgerVersion(), async (images) => {
  const device = await openNodeDevice({ threads: rules.threads })
  const trainer = await createTrainer(device, gameNamed(gameOf(process.argv[2])), { images, count: rules.samples })
  return async (steps) => {
    const last = (await trainer.train(steps))[steps - 1]
    return [last.discriminatorLoss, last.generatorLoss]
  }
})
