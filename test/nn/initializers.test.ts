import { describe, expect, it } from 'vitest'
import {
  conv2d,
  evaluation,
  filledWith,
  fixed,
  glorotNormal,
  glorotUniform,
  heNormal,
  icnr,
  normal,
  pixelShuffle,
  randomness,
  scaled,
  stack,
  torchDefault,
  uniform,
  zeros,
} from '../../src/nn/index.ts'
import type { Initializer } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { constant, literal } from '../../src/tensor/operations/index.ts'
import type { Shape } from '../../src/tensor/tensor.ts'

const fans = { in: 50, out: 30 }

function draw(initializer: Initializer, shape: Shape = [fans.in, fans.out]): Float64Array {
  const random = randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)
  const tensor = initializer(shape, fans, random)
  expect(tensor.shape).toEqual(shape)
  return interpret([tensor], new Map())[0]
}

const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length
const deviation = (values: Float64Array) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))

describe('uniform initializers', () => {
  it.each<[string, Initializer, number]>([
    ['uniform', uniform(0.05), 0.05],
    ['glorotUniform', glorotUniform, Math.sqrt(6 / 80)],
    ['torchDefault', torchDefault, 1 / Math.sqrt(50)],
  ])('%s fills its limits, and no more', (_name, initializer, limit) => {
    const values = draw(initializer)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-limit)
    expect(Math.min(...values)).toBeLessThan(-0.98 * limit)
    expect(Math.max(...values)).toBeLessThan(limit)
    expect(Math.max(...values)).toBeGreaterThan(0.98 * limit)
    expect(deviation(values) / (limit / Math.sqrt(3))).toBeCloseTo(1, 1)
  })
})

describe('normal initializers', () => {
  it.each<[string, Initializer, number]>([
    ['normal', normal(0.02), 0.02],
    ['glorotNormal', glorotNormal, Math.sqrt(2 / 80)],
    ['a scaled one', scaled(0.3, normal(2)), 0.6],
    ['heNormal for relu', heNormal(), Math.sqrt(2 / 50)],
    ['heNormal for leakyRelu', heNormal(0.2), Math.sqrt(2 / 1.04 / 50)],
  ])('%s has its deviation', (_name, initializer, expected) => {
    const values = draw(initializer)
    expect(mean(values) / expected).toBeCloseTo(0, 1)
    expect(deviation(values) / expected).toBeCloseTo(1, 1)
  })
})

describe('fixed initializers', () => {
  it('give what they are told', () => {
    expect([...draw(zeros, [2, 2])]).toEqual([0, 0, 0, 0])
    expect([...draw(filledWith(3), [2])]).toEqual([3, 3])
    expect([...draw(fixed([1, 2, 3]), [3])]).toEqual([1, 2, 3])
  })
})

describe('icnr', () => {
  const convolution = (initializer: Initializer, biasInitializer: Initializer) =>
    conv2d(8, { kernel: 3, padding: 1, initializer, biasInitializer })
  const image = literal(
    Array.from({ length: 48 }, (_, i) => Math.sin(i * i)),
    [1, 4, 4, 3],
  )
  const start = () => randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)

  it('makes a convolution and pixelShuffle begin as nearest-neighbor upsampling of a smaller convolution', () => {
    const layer = stack([convolution(icnr(2, torchDefault), icnr(2, torchDefault)), pixelShuffle(2)])
    const { output } = layer.apply(layer.init([4, 4, 3], start()), image, evaluation)
    expect(output.shape).toEqual([1, 8, 8, 2])
    const [values] = interpret([output], new Map())
    const at = (row: number, column: number, channel: number) => values[(row * 8 + column) * 2 + channel]
    for (let i = 0; i < 128; i++) {
      const [row, column, channel] = [Math.floor(i / 16), Math.floor(i / 2) % 8, i % 2]
      expect(at(row, column, channel)).toBe(at(row - (row % 2), column - (column % 2), channel))
    }
    expect(new Set(values).size).toBe(32)
  })

  it('draws as many units as there are different ones, for the fans that they have', () => {
    const seen: unknown[] = []
    const watched: Initializer = (shape, own, random) => {
      seen.push(shape, own)
      return torchDefault(shape, own, random)
    }
    convolution(icnr(2, watched), zeros).init([4, 4, 3], start())
    expect(seen).toEqual([[3, 3, 3, 2], { in: 27, out: 18 }])
  })

  it('says which units do not divide', () => {
    expect(() => convolution(icnr(3, zeros), zeros).init([4, 4, 3], start())).toThrow(
      'icnr of [3, 3, 3, 8]: its units do not divide by 3 x 3',
    )
  })
})
