// Forger as a program that trains one game, from the package as users install it (dist/): forger-peer.mjs GAME

import { readFileSync } from 'node:fs'

import * as forger from 'forger-gan'

import { gameNamed, parameterCounts } from './games.mjs'
import { serve } from './peers/serve.mjs'
import { gameOf, rules, rulesOf } from './peers/stand-in.mjs'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const name = gameOf(process.argv[2])
/** @type {[number, number]} */
let parameters
await serve(
  version,
  name,
  async (images) => {
    const device = await forger.openDevice({ threads: rules.threads })
    const data = { images, count: rulesOf(name).samples }
    const trainer = await forger.createTrainer(device, gameNamed(forger, name), data)
    parameters = parameterCounts(trainer)
    return async (steps) => {
      const { discriminatorLoss, generatorLoss } = (await trainer.train(steps)).at(-1)
      return [discriminatorLoss, generatorLoss]
    }
  },
  () => parameters,
)
