// The stand-in training set and weights that the JavaScript programs of the benchmark share, in Node and in pages. Plain
// JavaScript, here and in serve.mjs: Node's stripping of types would cost each of them 40 MB and 0.1 s.

import rules from './games.json' with { type: 'json' }

export { rules }

/** @typedef {keyof typeof rules.games} GameName */

/** @type {readonly GameName[]} */
export const gameNames = ['big', 'small', 'r1r2']

/**
 * The name of a game as it was written on a command line.
 * @param {string | undefined} name
 */
export function gameOf(name) {
  const game = gameNames.find((known) => known === name)
  if (game === undefined) throw new Error(`There is no game '${name}'; choose from ${gameNames.join(', ')}.`)
  return game
}

/** Random bytes with the sparsity of handwritten digits: four pixels in five are 0. */
export function trainingSet() {
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

/**
 * Draws the next minibatch of an order shuffled every epoch, scaled to [-1, 1]: for libraries that want it drawn for them.
 * @param {Uint8Array} pixels
 * @returns {() => Float32Array}
 */
export function minibatches(pixels) {
  const order = Uint32Array.from({ length: rules.samples }, (_, i) => i)
  let position = order.length
  return () => {
    if (position + rules.batch > order.length) {
      shuffle(order)
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

/** @param {Uint32Array} order */
function shuffle(order) {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
}

/**
 * Weights uniform in +-1/sqrt(in), as PyTorch draws them, row-major [in, out]; biases 0.
 * @param {readonly number[]} widths
 */
export function initialLayers(widths) {
  return widths.slice(1).map((outputs, i) => {
    const inputs = widths[i]
    const bound = 1 / Math.sqrt(inputs)
    const weight = Float32Array.from({ length: inputs * outputs }, () => (2 * Math.random() - 1) * bound)
    return { inputs, outputs, weight, bias: new Float32Array(outputs) }
  })
}

/**
 * Standard normal numbers (Box and Muller 1958), for libraries that draw none.
 * @param {Float32Array} numbers
 */
export function fillNormal(numbers) {
  for (let i = 0; i < numbers.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()))
    const angle = 2 * Math.PI * Math.random()
    numbers[i] = radius * Math.cos(angle)
    if (i + 1 < numbers.length) numbers[i + 1] = radius * Math.sin(angle)
  }
  return numbers
}
