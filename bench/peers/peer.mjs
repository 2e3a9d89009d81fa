// What the JavaScript peers share: the games, the stand-in training set, and the talk with the driver (see README.md).

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

export const rules = JSON.parse(readFileSync(new URL('games.json', import.meta.url), 'utf8'))

/** Random bytes with the sparsity of handwritten digits: four pixels in five are 0. */
function trainingSet() {
  const pixels = new Uint8Array(rules.samples * rules.pixels)
  let state = 1
  for (let i = 0; i < pixels.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    pixels[i] = Math.max((state >>> 24) - 204, 0) * 5
  }
  return pixels
}

/** Draws the next minibatch of an order shuffled every epoch, scaled to [-1, 1]. */
function minibatches(pixels) {
  const order = Uint32Array.from({ length: rules.samples }, (_, i) => i)
  let position = order.length
  return () => {
    if (position + rules.batch > order.length) {
      for (let i = order.length - 1; i > 0; i--) {
        const j = Math.floor(Math.random() * (i + 1))
        const kept = order[i]
        order[i] = order[j]
        order[j] = kept
      }
      position = 0
    }
    const real = new Float32Array(rules.batch * rules.pixels)
    for (let row = 0; row < rules.batch; row++) {
      const from = order[position++] * rules.pixels
      const to = row * rules.pixels
      for (let i = 0; i < rules.pixels; i++) real[to + i] = pixels[from + i] * (2 / 255) - 1
    }
    return real
  }
}

/** Weights uniform in +-1/sqrt(in), as PyTorch draws them, row-major [in, out]; biases 0. */
export function initialLayers(widths) {
  return widths.slice(1).map((outputs, i) => {
    const inputs = widths[i]
    const bound = 1 / Math.sqrt(inputs)
    const weight = Float32Array.from({ length: inputs * outputs }, () => (2 * Math.random() - 1) * bound)
    return { inputs, outputs, weight, bias: new Float32Array(outputs) }
  })
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

/**
 * Answers the driver until it says exit. `prepare(nextBatch)` gives run(steps), which resolves to
 * [discriminator loss, generator loss] of the last step once all work is done.
 */
export async function serve(name, version, prepare) {
  const before = performance.now()
  const nextBatch = minibatches(trainingSet())
  const made = performance.now()
  const run = await prepare(nextBatch)
  const prepared = performance.now()
  await run(1)
  say({
    ready: true,
    name,
    version,
    startup_ms: before + prepared - made,
    firstStepMs: performance.now() - prepared,
  })
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    if (request.exit) break
    const began = performance.now()
    const losses = await run(request.steps)
    const ms = performance.now() - began
    if (!losses.every(Number.isFinite)) throw new Error(`The losses are not finite: ${losses}.`)
    say({ ms, steps: request.steps, rssMb: process.resourceUsage().maxRSS / 1024, losses })
  }
  process.exit()
}
