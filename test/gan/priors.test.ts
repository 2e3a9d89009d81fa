import { describe, expect, it } from 'vitest'
import { corruptedData, normalPrior, uniformPrior } from '../../src/gan/priors.ts'
import type { Prior } from '../../src/gan/priors.ts'
import { randomSamples } from '../../src/gan/data.ts'
import { randomness } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { constant, input, literal } from '../../src/tensor/operations/index.ts'

const total = 50
const images = input('images', [total, 2, 2, 1], 'u8')
const bytes = Uint8Array.from({ length: total * 4 }, (_, index) => (index * 37) % 256)
const dataset = { images, shape: [4], range: 'unit' as const }

function draw(prior: Prior, batch: number, seed = 1): Float64Array {
  const source = { seed: literal([seed, 2], [2], 'i32'), step: constant(7, 'i32') }
  const random = randomness(source, 0)
  const latents = prior.sample({ random, batch, trainingSamples: () => randomSamples(dataset, random, batch) })
  expect(latents.shape).toEqual([batch, ...prior.shape(dataset.shape)])
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
