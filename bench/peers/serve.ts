/** How a JavaScript program of the benchmark talks with the driver (README.md). */

import { createInterface } from 'node:readline'
import { trainingSet } from './stand-in.ts'
import type { Ready, Report, Request } from './talk.ts'

/** Trains some steps; resolves, once all work is done, to the last step's losses, discriminator's and generator's. */
export type Train = (steps: number) => Promise<[number, number]>

const say = (message: Ready | Report) => process.stdout.write(`${JSON.stringify(message)}\n`)

/** Answers the driver until it says exit. */
export async function serve(version: string, prepare: (pixels: Uint8Array) => Promise<Train>): Promise<void> {
  const began = performance.now()
  const pixels = trainingSet()
  const dataMs = performance.now() - began
  const train = await prepare(pixels)
  await train(1)
  say({ ready: true, version, dataMs })
  for await (const line of createInterface({ input: process.stdin })) {
    const request: Request = JSON.parse(line)
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
