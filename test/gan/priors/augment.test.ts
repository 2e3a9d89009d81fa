import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  augmentations,
  augmented,
  brightness,
  contrast,
  cutout,
  flips,
  shifts,
} from '../../../src/gan/priors/augment.ts'
import type { Augmentation } from '../../../src/gan/priors/augment.ts'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { flatten, noVariables, randomness } from '../../../src/nn/index.ts'
import type { Layer } from '../../../src/nn/index.ts'
import { sgd } from '../../../src/optim/index.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { gradients } from '../../../src/tensor/grad.ts'
import {
  add,
  broadcast,
  constant,
  input,
  literal,
  mul,
  randomUniform,
  sum,
} from '../../../src/tensor/operations/index.ts'
import { sizeOf } from '../../../src/tensor/shape.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { compiled } from '../../runtime/compiled.ts'
import { derivativesAgree } from '../../tensor/finite-differences.ts'
import { setTable } from '../players/oracle.ts'

const randomAt = (seed: number, step = 0) =>
  randomness({ seed: literal([seed, 1], [2], 'i32'), step: constant(step, 'i32') }, 0)

/** Positive and all different, so that every pixel is known again. */
const pixelsOf = (count: number) => Float64Array.from({ length: count }, (_, index) => (index + 1) / count)

type Image = readonly number[]

const [height, width, channels] = [8, 6, 2]
const size = height * width * channels

/** Many copies of one image, each augmented. */
function changed(augmentation: Augmentation, batch: number, seed = 1, step = 0): Image[] {
  const images = input('images', [batch, height, width, channels])
  const one = pixelsOf(size)
  const values = Float64Array.from({ length: batch * size }, (_, index) => one[index % size])
  const result = augmentation.apply(images, randomAt(seed, step))
  expect(result.shape).toEqual(images.shape)
  const [numbers] = interpret([result], new Map([[images, values]]))
  return Array.from({ length: batch }, (_, index) => [...numbers.subarray(index * size, (index + 1) * size)])
}

const original: Image = [...pixelsOf(size)]

/** The image whose pixel (y, x) is that of the original at the place given; 0 where there is none. */
const rearranged = (from: (y: number, x: number) => readonly [number, number]): Image =>
  Array.from({ length: size }, (_, index) => {
    const [y, x] = from(Math.floor(index / channels / width), Math.floor(index / channels) % width)
    const inside = y >= 0 && y < height && x >= 0 && x < width
    return inside ? original[(y * width + x) * channels + (index % channels)] : 0
  })

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

describe.each(Object.entries(augmentations))('%s', (name, make) => {
  it('of strength 0 changes nothing', () => {
    const images = input('images', [2, 4, 4, 3])
    expect(make(0).apply(images, randomAt(1))).toBe(images)
  })

  it('differs from image to image and from step to step, and is the same for the same seed and step', () => {
    const images = changed(make(0.5), 40)
    expect(new Set(images.map((image) => image.join())).size).toBeGreaterThan(1)
    expect(changed(make(0.5), 40)).toEqual(images)
    expect(changed(make(0.5), 40, 1, 1)).not.toEqual(images)
    expect(changed(make(0.5), 40, 2)).not.toEqual(images)
  })

  it('has the derivatives that differences show, of first and second order', () => {
    const cases = fc.record({
      seed: fc.nat(50),
      shape: fc.tuple(...[2, 5, 5, 3].map((max) => fc.integer({ min: 1, max }))),
    })
    fc.assert(
      derivativesAgree(
        cases.map(({ seed, shape }) => ({
          shapes: [shape],
          build: ([x]) => {
            const y = make(0.5).apply(x, randomAt(seed))
            return mul(mul(y, y), y)
          },
        })),
      ),
      { numRuns: 20 },
    )
  })

  it('is the same compiled, with its derivatives', async () => {
    const images = input('images', [3, 7, 5, 3])
    const values = Array.from({ length: sizeOf(images.shape) }, (_, index) => Math.sin(index))
    const result = make(0.5).apply(images, randomAt(3))
    const [first] = gradients(sum(mul(result, mul(result, result))), [images])
    const [second] = gradients(sum(mul(first, first)), [images])
    const outputs = [result, first, second]
    const feeds = new Map<Tensor, number[]>([[images, values]])
    const expected = interpret(outputs, feeds)
    const { values: found } = await compiled(outputs, feeds)
    found.forEach((numbers, index) =>
      numbers.forEach((number, at) => {
        const wanted = expected[index][at]
        expect(Math.abs(number - wanted)).toBeLessThan(1e-5 * (1 + Math.abs(wanted)))
      }),
    )
  })

  it('is for images, of a strength that makes sense', () => {
    expect(() => make(0.5).apply(input('points', [4, 2]), randomAt(1))).toThrow(
      `${name} of f32[4, 2]: takes images [batch, height, width, channels]`,
    )
    expect(() => make(-0.1)).toThrow(UserError)
    expect(() => make(Number.NaN)).toThrow(`The augmentation ${name} cannot have the strength NaN; give a number`)
  })
})

describe('flips', () => {
  const mirror = rearranged((y, x) => [y, width - 1 - x])

  it('exchange left and right in half of the images, and leave the others alone', () => {
    const mirrored = changed(flips(), 400).map((image) => {
      const isMirrored = image.join() === mirror.join()
      expect(image).toEqual(isMirrored ? mirror : original)
      return Number(isMirrored)
    })
    expect(Math.abs(mean(mirrored) - 0.5)).toBeLessThan(0.08)
  })

  it('take the share that is asked for', () => {
    expect(changed(flips(1), 20)).toEqual(Array.from({ length: 20 }, () => mirror))
  })
})

describe('shifts', () => {
  it.each([
    [0.25, 2, 2],
    [0.5, 4, 3],
    [1, 8, 6],
  ])('of %d move every image by whole pixels, all equally often, and let zeros in', (share, down, across) => {
    const known = new Map<string, readonly [number, number]>()
    for (let dy = -down; dy <= down; dy++) {
      for (let dx = -across; dx <= across; dx++) {
        known.set(rearranged((y, x) => [y - dy, x - dx]).join(), [dy, dx])
      }
    }
    const moves = changed(shifts(share), 1500).map((image) => known.get(image.join()) ?? expect.fail('no such move'))
    for (const [axis, most] of [down, across].entries()) {
      for (let move = -most; move <= most; move++) {
        const often = mean(moves.map((found) => Number(found[axis] === move)))
        // A move by the whole extent leaves nothing, wherever else it goes.
        if (share < 1) expect(Math.abs(often - 1 / (2 * most + 1)), `${move}`).toBeLessThan(0.05)
      }
    }
  })
})

describe('cutout', () => {
  it('makes zeros of a rectangle anywhere', () => {
    const middles = new Set<string>()
    for (const image of changed(cutout(0.5), 1000)) {
      const hidden = image.flatMap((value, index) => (value === 0 ? [Math.floor(index / channels)] : []))
      const [rows, columns] = [hidden.map((at) => Math.floor(at / width)), hidden.map((at) => at % width)]
      const [top, bottom] = [Math.min(...rows), Math.max(...rows)]
      const [left, right] = [Math.min(...columns), Math.max(...columns)]
      // At most half of each extent, and only at a border less.
      expect(bottom - top + 1).toBeLessThanOrEqual(4)
      expect(right - left + 1).toBeLessThanOrEqual(3)
      if (top > 0 && bottom < height - 1) expect(bottom - top + 1).toBe(4)
      if (left > 0 && right < width - 1) expect(right - left + 1).toBe(3)
      expect(image).toEqual(
        rearranged((y, x) => (y >= top && y <= bottom && x >= left && x <= right ? [-1, -1] : [y, x])),
      )
      middles.add(`${top}-${bottom} ${left}-${right}`)
    }
    expect(middles.size).toBe(height * width)
  })
})

describe('brightness and contrast', () => {
  it('add one number to all of an image, evenly spread over both directions', () => {
    const added = changed(brightness(0.5), 500).map((image) => {
      const differences = image.map((value, index) => value - original[index])
      differences.forEach((difference) => expect(difference).toBeCloseTo(differences[0], 6))
      return differences[0]
    })
    expect(Math.min(...added)).toBeGreaterThanOrEqual(-0.5)
    expect(Math.max(...added)).toBeLessThan(0.5)
    expect(Math.abs(mean(added))).toBeLessThan(0.05)
    expect(mean(added.map((value) => value ** 2))).toBeCloseTo(1 / 12, 1)
  })

  it('stretch an image about its mean, evenly spread over weaker and stronger', () => {
    const center = mean(original)
    const factors = changed(contrast(0.5), 500).map((image) => {
      expect(mean(image)).toBeCloseTo(center, 6)
      const factor = (image[0] - center) / (original[0] - center)
      image.forEach((value, index) => expect(value - center).toBeCloseTo(factor * (original[index] - center), 6))
      return factor
    })
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.5)
    expect(Math.max(...factors)).toBeLessThan(1.5)
    expect(Math.abs(mean(factors) - 1)).toBeLessThan(0.05)
  })
})

describe('several augmentations', () => {
  it('follow one another', () => {
    const images = input('images', [10, height, width, channels])
    const feeds = new Map([[images, pixelsOf(10 * size)]])
    const [together] = interpret([augmented(images, [flips(1), shifts(0.25)], randomAt(4))], feeds)
    const random = randomAt(4)
    const [one] = interpret([shifts(0.25).apply(flips(1).apply(images, random), random)], feeds)
    expect(together).toEqual(one)
    expect(interpret([augmented(images, [], randomAt(4))], feeds)[0]).toEqual(pixelsOf(10 * size))
  })
})

describe('a game that augments', () => {
  const still = sgd({ learningRate: 0 })
  const batch = 400
  /** Every sample is zeros, and its logit the sum of its numbers. */
  const nothing: Layer = {
    name: 'nothing',
    mixesBatch: false,
    init: () => ({ ...noVariables, shape: [1, 1, 1] }),
    apply: (_variables, x) => ({ output: broadcast(constant(0), [x.shape[0], 1, 1, 1]), buffers: {} }),
  }
  /** Adds a number of [0, 4) to each. */
  const lifting: Augmentation = {
    name: 'lifting',
    apply: (x, { source, stream }) => add(x, mul(randomUniform(source, stream(), x.shape), 4)),
  }
  const game: TwoPlayerSettings = {
    generator: nothing,
    discriminator: flatten(),
    prior: normalPrior(1),
    objective: objectives.nonSaturating,
    penalties: [],
    augment: [lifting],
    optimizers: { generator: still, discriminator: still },
    discriminatorSteps: 1,
    update: 'alternating',
    averageDecay: null,
    batch,
    dataShape: [1, 1, 1],
    dataRange: 'signed',
  }
  const data = { values: new Float64Array(batch), shape: [batch, 1, 1, 1], dtype: 'f32' as const }
  const average = (value: (x: number) => number) => mean(Array.from({ length: 1000 }, (_, index) => value(index / 250)))

  it.each<[string, Partial<TwoPlayerSettings>]>([
    ['in one pass', {}],
    ['in two passes', { discriminator: { ...flatten(), mixesBatch: true } }],
    ['in a simultaneous update', { update: 'simultaneous' }],
  ])('shows real and fake samples changed alike, to both players, %s', (_how, others) => {
    const [{ report }, { report: next }] = setTable({ ...game, ...others }, data).playMany(2)
    const score = average((x) => 1 / (1 + Math.exp(-x)))
    expect(Math.abs(report.realScore - score)).toBeLessThan(0.03)
    expect(Math.abs(report.fakeScore - score)).toBeLessThan(0.03)
    expect(Math.abs(report.generatorLoss - average((x) => Math.log(1 + Math.exp(-x))))).toBeLessThan(0.04)
    // Each sample is changed in its own way, and in another one the next time.
    expect(report.realScore).not.toBe(report.fakeScore)
    expect(next.realScore).not.toBe(report.realScore)
  })

  it('shows it real samples changed once more where the generator is compared with them', () => {
    const relativistic = { ...game, objective: objectives.relativisticPaired }
    const [{ report }] = setTable(relativistic, data).playMany(1)
    // Both losses are means of the same expression over differences that are drawn apart.
    expect(Math.abs(report.generatorLoss - report.discriminatorLoss)).toBeLessThan(0.2)
    expect(report.generatorLoss).not.toBe(report.discriminatorLoss)
    expect(report.generatorLoss).toBeGreaterThan(Math.log(2) + 0.1)
  })
})
