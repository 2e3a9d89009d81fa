import { describe, expect, it } from 'vitest'
import { downsample, evaluation, noVariables } from '../../src/nn/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { input, literal } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { random } from './catalogue.ts'

const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]
const used = (layer: Layer, x: Tensor) => layer.apply(noVariables, x, evaluation)

describe('downsample', () => {
  const image = (values: number[]) =>
    literal(
      values,
      [1, values.length, 2, 1].map((n, axis) => (axis === 1 ? values.length / 2 : n)),
    )

  it('takes the mean of every square', () => {
    expect(numbers(used(downsample(2), image([1, 2, 3, 6, 5, 5, 5, 9])).output)).toEqual([3, 6])
  })

  it("smooth, weighs four pixels by 1, 3, 3, 1, those outside left out, as PyTorch's antialias=True", () => {
    const column = [8, 16, 24, 80, 0, 40]
    const x = literal(
      column.flatMap((value) => [value, value]),
      [1, 6, 2, 1],
    )
    const weighted = (weights: readonly number[]) =>
      weights.reduce((sum, w, i) => sum + w * column[i], 0) / weights.reduce((sum, w) => sum + w, 0)
    const expected = [
      [3, 3, 1],
      [0, 1, 3, 3, 1],
      [0, 0, 0, 1, 3, 3],
    ].map(weighted)
    const { output } = used(downsample(2, 'smooth'), x)
    expect(output.shape).toEqual([1, 3, 1, 1])
    numbers(output).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 10))
  })

  it('says which sizes it takes', () => {
    expect(() => downsample(2).init([4, 5, 1], random())).toThrow('its height and width must be multiples of 2')
    expect(() => downsample(3, 'smooth').apply(noVariables, input('x', [1, 4, 6, 1]), evaluation)).toThrow(UserError)
  })
})
