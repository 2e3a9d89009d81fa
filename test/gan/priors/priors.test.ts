import { describe, expect, it } from 'vitest'
import { hole, normalNoise } from '../../../src/gan/priors/corruptions.ts'
import {
  corruptedData,
  corruptedExample,
  fieldPrior,
  joinedPriors,
  normalPrior,
  uniformPrior,
} from '../../../src/gan/priors/priors.ts'
import type { Prior } from '../../../src/gan/priors/priors.ts'
import { randomExamples } from '../../../src/gan/examples/example-reader.ts'
import { l2 } from '../../../src/gan/losses/terms.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { randomness } from '../../../src/nn/index.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { imageField, numberField } from '../../../src/tensor/fields.ts'
import type { Fields } from '../../../src/tensor/fields.ts'
import { constant, input, literal, mul } from '../../../src/tensor/operations/index.ts'
import type { Variables } from '../../../src/tensor/tree.ts'
import { setTable } from '../players/oracle.ts'
import type { Images } from '../players/oracle.ts'
import { pointLayer, pointSettings, still } from '../players/point-game.ts'

const total = 50
const images = input('images', [total, 2, 2, 1], 'u8')
const bytes = Uint8Array.from({ length: total * 4 }, (_, index) => (index * 37) % 256)
const fields = { point: { kind: 'numbers', shape: [4], range: 'unit' } } as const
const columns = { fields, tensors: { point: images } }

function draw(prior: Prior, batch: number, seed = 1): Float64Array {
  const source = { seed: literal([seed, 2], [2], 'i32'), step: constant(7, 'i32') }
  const random = randomness(source, 0)
  const trainingSamples = () => randomExamples(columns, random, batch).point
  const latents = prior.sample({ random, batch, example: {}, imitates: 'point', trainingSamples })
  expect(latents.shape).toEqual([batch, ...prior.shape({ example: fields, imitates: 'point' })])
  return interpret([latents], new Map([[images, bytes]]))[0]
}

const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length

describe('priors', () => {
  it('the normal one has mean 0 and variance 1', () => {
    const values = draw(normalPrior(20), 500)
    expect(mean(values)).toBeCloseTo(0, 1)
    expect(mean(values.map((v) => v * v))).toBeCloseTo(1, 1)
  })

  it('the uniform one fills its range, and no more', () => {
    const limit = Math.sqrt(3)
    const values = draw(uniformPrior(20, -limit, limit), 500)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-limit)
    expect(Math.max(...values)).toBeLessThan(limit)
    expect(mean(values.map((v) => v * v))).toBeCloseTo(1, 1)
  })

  it('other seeds give other latents', () => {
    expect(draw(normalPrior(3), 4, 1)).not.toEqual(draw(normalPrior(3), 4, 2))
    expect(draw(normalPrior(3), 4, 1)).toEqual(draw(normalPrior(3), 4, 1))
  })
})

describe('the prior of corrupted data', () => {
  const rows = (values: ArrayLike<number>) =>
    Array.from({ length: values.length / 4 }, (_, row) => [0, 1, 2, 3].map((column) => values[row * 4 + column]))
  const samples = rows(bytes).map((row) => row.map((byte) => byte / 255))
  const distance = (a: number[], b: number[]) => Math.hypot(...a.map((value, index) => value - b[index]))
  const nearest = (row: number[]) =>
    samples.reduce((best, sample) => (distance(row, sample) < distance(row, best) ? sample : best))

  it('without noise is a training sample', () => {
    const drawn = rows(draw(corruptedData({ noise: 0 }), 200))
    for (const row of drawn) expect(distance(row, nearest(row))).toBeCloseTo(0, 12)
    // All of them come, and in no fixed order.
    const found = new Set(drawn.map((row) => samples.indexOf(nearest(row))))
    expect(found.size).toBeGreaterThan(40)
    expect(samples.indexOf(nearest(drawn[0])) + 1).not.toBe(samples.indexOf(nearest(drawn[1])))
  })

  it('with noise lies as far from it as the noise is strong', () => {
    const noise = 0.01
    const distances = rows(draw(corruptedData({ noise }), 300)).map((row) => distance(row, nearest(row)) ** 2 / 4)
    expect(Math.sqrt(mean(Float64Array.from(distances)))).toBeCloseTo(noise, 3)
  })
})

/** Latents for examples, each a list of numbers; the prior sees the fields that it reads, and no others. */
function latentsFor(prior: Prior, described: Fields, example: Variables, imitates: string): number[][] {
  const batch = Object.values(example)[0].shape[0]
  const data = { example: described, imitates }
  const seen = Object.fromEntries(prior.reads(data).map((name) => [name, example[name]]))
  const random = randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(7, 'i32') }, 0)
  const trainingSamples = () => {
    throw new Error('no samples are to be drawn')
  }
  const latents = prior.sample({ random, batch, example: seen, imitates, trainingSamples })
  expect(latents.shape).toEqual([batch, ...prior.shape(data)])
  const [values] = interpret([latents], new Map())
  const size = values.length / batch
  return Array.from({ length: batch }, (_, at) => [...values.subarray(at * size, (at + 1) * size)])
}

/** The generator's mean squared distance from the example's own sample, over some steps; points are all different. */
function distancesIn(changes: Partial<TwoPlayerSettings>, given: Images['given'] = {}): number[] {
  const values = Float64Array.from({ length: 20 }, (_, at) => at)
  const optimizers = { generator: still, discriminator: still }
  const settings = pointSettings({ optimizers, terms: { generator: [l2(1)] }, ...changes })
  return setTable(settings, { values, shape: [10, 2], dtype: 'f32', given })
    .playMany(4)
    .map(({ report }) => report.l2)
}

describe('the prior of corrupted examples', () => {
  const generator = pointLayer((z) => z)

  it.each(['alternating', 'simultaneous'] as const)('gives every example its own latent (%s)', (update) => {
    expect(distancesIn({ update, generator, prior: corruptedExample() })).toEqual([0, 0, 0, 0])
    // Others of the data are not those of the minibatch.
    for (const distance of distancesIn({ update, generator, prior: corruptedData({ noise: 0 }) })) {
      expect(distance).toBeGreaterThan(1)
    }
    const [first, second] = distancesIn({ update, generator, prior: corruptedExample(normalNoise(0.1)) })
    expect(Math.sqrt(first)).toBeGreaterThan(0.03)
    expect(Math.sqrt(first)).toBeLessThan(0.3)
    expect(second).not.toBe(first)
  })

  it('corrupts in the order that is told', () => {
    const image = literal(
      Array.from({ length: 32 }, (_, at) => at + 1),
      [2, 4, 4, 1],
    )
    const described = { image: imageField([4, 4, 1], 'unit') }
    const zerosOf = (prior: Prior) =>
      latentsFor(prior, described, { image }, 'image').map((latent) => latent.filter((value) => value === 0).length)
    expect(zerosOf(corruptedExample(normalNoise(1), hole(0.5)))).toEqual([4, 4])
    expect(zerosOf(corruptedExample(hole(0.5), normalNoise(1)))).toEqual([0, 0])
  })
})

describe('the prior of a field', () => {
  it('is that field of the same example', () => {
    const example = { point: literal([1, 2, 3, 4], [2, 2]), source: literal([5, 6, 7, 8, 9, 10], [2, 3]) }
    const described = { point: numberField([2]), source: numberField([3]) }
    const latents = [
      [5, 6, 7],
      [8, 9, 10],
    ]
    expect(latentsFor(fieldPrior('source'), described, example, 'point')).toEqual(latents)
    // In a game as well: half of each point becomes that point again.
    const halves = {
      values: Float64Array.from({ length: 20 }, (_, at) => at / 2),
      shape: [10, 2],
      dtype: 'f32',
    } as const
    const settings = {
      given: { source: numberField([2]) },
      prior: fieldPrior('source'),
      generator: pointLayer((z) => mul(z, 2)),
    }
    expect(distancesIn(settings, { source: halves })).toEqual([0, 0, 0, 0])
  })

  it('has to be there', () => {
    const shape = () => fieldPrior('source').shape({ example: { point: numberField([2]) }, imitates: 'point' })
    expect(shape).toThrow(UserError)
    expect(shape).toThrow('The prior is to take the field source; an example has point.')
  })
})

describe('joined priors', () => {
  const described = { source: imageField([2, 1, 2], 'unit'), image: imageField([2, 1, 1], 'unit') }
  const example = {
    source: literal([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 1, 2]),
    image: literal([10, 20, 30, 40], [2, 2, 1, 1]),
  }

  it('stand one behind the other, each of the fields that it reads itself', () => {
    const interleaved = [
      [1, 2, 10, 3, 4, 20],
      [5, 6, 30, 7, 8, 40],
    ]
    expect(latentsFor(joinedPriors(fieldPrior('source'), corruptedExample()), described, example, 'image')).toEqual(
      interleaved,
    )
    const turned = joinedPriors(corruptedExample(), fieldPrior('source'))
    expect(turned.shape({ example: described, imitates: 'image' })).toEqual([2, 1, 3])
    expect(latentsFor(turned, described, example, 'image')).toEqual([
      [10, 1, 2, 20, 3, 4],
      [30, 5, 6, 40, 7, 8],
    ])
    expect(
      joinedPriors(fieldPrior('image'), corruptedExample()).reads({ example: described, imitates: 'image' }),
    ).toEqual(['image'])
  })

  it('make planes of vectors beside images', () => {
    const noise = joinedPriors(fieldPrior('image'), normalPrior(2))
    const rows = latentsFor(noise, described, example, 'image')
    const planes = rows.map(([first, a, b, second, c, d]) => {
      expect([a, b]).toEqual([c, d])
      return [first, second, a, b]
    })
    expect(planes.map((row) => row.slice(0, 2))).toEqual([
      [10, 20],
      [30, 40],
    ])
    expect(new Set(planes.flatMap((row) => row.slice(2))).size).toBe(4)
    const vectors = joinedPriors(normalPrior(3), uniformPrior(2))
    expect(vectors.shape({ example: described, imitates: 'image' })).toEqual([5])
    expect(vectors.name).toBe('normal+uniform')
    expect(draw(vectors, 4)).toHaveLength(20)
    expect(
      [joinedPriors(normalPrior(1), corruptedData({ noise: 1 })), vectors].map((prior) => prior.drawsSamples),
    ).toEqual([true, false])
  })

  it('are refused where they do not fit together', () => {
    const other = { ...described, small: imageField([1, 1, 3], 'unit') }
    const shape = () =>
      joinedPriors(fieldPrior('source'), fieldPrior('small')).shape({ example: other, imitates: 'image' })
    expect(shape).toThrow(UserError)
    expect(shape).toThrow(
      'Latents of [1, 1, 3] cannot be joined to those of [2, 1, 2]; make them equal but for the last axis.',
    )
  })
})
