// How a JavaScript program of the benchmark talks with the driver (README.md).

import { createInterface } from 'node:readline'
import { trainingSet } from './stand-in.mjs'

/**
 * @typedef {import('./talk.ts').Train} Train
 * @typedef {import('./talk.ts').Request} Request
 */

/** @param {import('./talk.ts').Ready | import('./talk.ts').Report} message */
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

/**
 * Answers the driver until it says exit.
 * @param {string} version
 * @param {import('./stand-in.mjs').GameName} game whose training set is made
 * @param {(pixels: Uint8Array) => Promise<Train>} prepare
 * @param {() => [generator: number, discriminator: number]} [parameters] counts those of each player, once it is prepared
 */
export async function serve(version, game, prepare, parameters) {
  const began = performance.now()
  const pixels = trainingSet(game)
  const dataMs = performance.now() - began
  const train = await prepare(pixels)
  await train(1)
  say({ ready: true, version, dataMs, ...(parameters && { parameters: parameters() }) })
  for await (const line of createInterface({ input: process.stdin })) {
    /** @type {Request} */
    const request = JSON.parse(line)
    if ('exit' in request) break
    const { steps } = request
    const start = performance.now()
    const losses = await train(steps)
    const ms = performance.now() - start
    if (!losses.every(Number.isFinite)) throw new Error(`The losses are not finite: ${losses.join(', ')}.`)
    say({ ms, steps, rssMb: process.resourceUsage().maxRSS / 1024, losses })
  }
  process.exit()
}
