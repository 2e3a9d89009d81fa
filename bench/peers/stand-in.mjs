// The stand-in training set and weights that the JavaScript programs of the benchmark share, in Node and in pages. Plain
// JavaScript, here and in serve.mjs: Node's stripping of types would cost each of them 40 MB and 0.1 s.

import rules from './games.json' with { type: 'json' }
import imageRules from './image-games.json' with { type: 'json' }

export { rules }

/** @typedef {keyof typeof rules.games} DenseGameName Games of dense players, whose layers are told by their widths. */
/** @typedef {keyof typeof imageRules.games} ImageGameName Games of convolutional players. */
/** @typedef {DenseGameName | ImageGameName} GameName */
/** @typedef {string | { residual: string[] }} LayerText 'conv 64 3': a kind with its numbers; README.md lists the kinds. */

/**
 * @typedef {object} GameRules A game of either table, its players as lists of layers.
 * @property {number} batch
 * @property {number} samples how many the training set has
 * @property {number} latent
 * @property {readonly number[]} image the shape of one sample
 * @property {readonly LayerText[]} generator
 * @property {readonly LayerText[]} discriminator
 * @property {string} objective
 * @property {number} gamma
 */

/** @type {readonly DenseGameName[]} */
export const denseGameNames = ['big', 'small', 'r1r2']

/** @type {readonly ImageGameName[]} */
export const dcganNames = ['dcgan28', 'dcgan28-bn', 'dcgan32', 'dcgan32-bn', 'dcgan64', 'dcgan64-bn']

/** @type {readonly ImageGameName[]} */
export const imageGameNames = [...dcganNames, 'r3gan']

/** @type {readonly GameName[]} */
export const gameNames = [...denseGameNames, ...imageGameNames]

/**
 * The name of a game as it was written on a command line.
 * @param {string | undefined} name
 */
export const gameOf = (name) => oneOf(gameNames, name)

/**
 * The same where only dense players are known.
 * @param {string | undefined} name
 */
export const denseGameOf = (name) => oneOf(denseGameNames, name)

/**
 * @template {string} T
 * @param {readonly T[]} names
 * @param {string | undefined} name
 */
function oneOf(names, name) {
  const found = names.find((known) => known === name)
  if (found === undefined) throw new Error(`There is no game '${name}'; choose from ${names.join(', ')}.`)
  return found
}

/**
 * @param {GameName} name
 * @returns {GameRules}
 */
export function rulesOf(name) {
  const dense = denseGameNames.find((known) => known === name)
  if (dense !== undefined) {
    const { generator, discriminator, ...game } = rules.games[dense]
    const { batch, samples, pixels } = rules
    const players = { generator: [...denseLayers(generator), 'tanh'], discriminator: denseLayers(discriminator) }
    return { ...game, batch, samples, latent: generator[0], image: [pixels], ...players }
  }
  const { norm, players, ...game } = imageRules.games[oneOf(imageGameNames, name)]
  const { generator, discriminator, ...others } = imageRules.players[oneOf(playerNames, players)]
  const kept = (/** @type {LayerText[]} */ layers) => layers.filter((layer) => norm || layer !== 'norm')
  const kinds = { generator: kept(generator), discriminator: kept(discriminator) }
  return { ...game, batch: imageRules.batch, ...others, ...kinds }
}

/** @type {readonly (keyof typeof imageRules.players)[]} */
const playerNames = ['dcgan28', 'dcgan32', 'dcgan64', 'r3gan']

/** @param {readonly number[]} widths */
const denseLayers = (widths) => widths.slice(1).flatMap((units, i) => [...(i === 0 ? [] : ['leaky']), `dense ${units}`])

/**
 * Random bytes with the sparsity of handwritten digits: four pixels in five are 0.
 * @param {GameName} game
 */
export function trainingSet(game) {
  const { samples, image } = rulesOf(game)
  const pixels = new Uint8Array(image.reduce((product, extent) => product * extent, samples))
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
 * @param {Pick<GameRules, 'batch' | 'samples' | 'image'>} [game]
 * @returns {() => Float32Array}
 */
export function minibatches(pixels, { batch, samples, image } = rulesOf('big')) {
  const size = image.reduce((product, extent) => product * extent)
  const order = Uint32Array.from({ length: samples }, (_, i) => i)
  let position = order.length
  return () => {
    if (position + batch > order.length) {
      shuffle(order)
      position = 0
    }
    const real = new Float32Array(batch * size)
    for (let row = 0; row < batch; row++) {
      const from = order[position++] * size
      const to = row * size
      for (let i = 0; i < size; i++) real[to + i] = pixels[from + i] * (2 / 255) - 1
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
 * So many numbers uniform in +-1/sqrt(inputs), as PyTorch draws them.
 * @param {number} size
 * @param {number} inputs
 */
export function uniformWeight(size, inputs) {
  const bound = 1 / Math.sqrt(inputs)
  return Float32Array.from({ length: size }, () => (2 * Math.random() - 1) * bound)
}

/**
 * Weights as PyTorch draws them, row-major [in, out]; biases 0.
 * @param {readonly number[]} widths
 */
export function initialLayers(widths) {
  return widths.slice(1).map((outputs, i) => {
    const inputs = widths[i]
    const weight = uniformWeight(inputs * outputs, inputs)
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
