// Forger as a program that trains one game, from the package as users install it (dist/): forger-peer.mjs big|small|r1r2

import { readFileSync } from 'node:fs'

import * as forger from 'forger-gan'

import { gameNamed } from './games.mjs'
import { serve } from './peers/serve.mjs'
import { gameOf, rules } from './peers/stand-in.mjs'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
await serve(version, async (images) => {
  const device = await forger.openDevice({ threads: rules.threads })
  const game = gameNamed(forger, gameOf(process.argv[2]))
  const trainer = await forger.createTrainer(device, game, { images, count: rules.samples })
  return async (steps) => {
    const { discriminatorLoss, generatorLoss } = (await trainer.train(steps)).at(-1)
    return [discriminatorLoss, generatorLoss]
  }
})
