import { describe, expect, it } from 'vitest'
import { evaluation, fourierFeatures } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { literal } from '../../src/tensor/operations/index.ts'
import { random } from './catalogue.ts'

/** The features of points in the plane: one list for each. */
function featuresOf(points: readonly (readonly [number, number])[], waves: number, deviation: number): number[][] {
  const layer = fourierFeatures({ waves, deviation })
  const variables = layer.init([2], random())
  expect(variables.parameters).toEqual({})
  expect(variables.shape).toEqual([2 * waves])
  const { output } = layer.apply(variables, literal(points.flat(), [points.length, 2]), evaluation)
  const [numbers] = interpret([output], new Map())
  return points.map((_point, row) => Array.from(numbers.slice(row * 2 * waves, (row + 1) * 2 * waves)))
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, index) => sum + x * b[index], 0)

describe('fourierFeatures', () => {
  it('are the cosines and sines of equation 5, for the frequencies that it keeps', () => {
    const layer = fourierFeatures({ waves: 2, deviation: 1 })
    const frequencies = literal([0.25, 1, 0, -0.5], [2, 2])
    const { output, buffers } = layer.apply(
      { parameters: {}, buffers: { frequencies } },
      literal([1, 0, 0.5, 2], [2, 2]),
      evaluation,
    )
    expect(buffers).toEqual({ frequencies })
    // Angles of a quarter and a whole turn; of an eighth and minus half a turn.
    const expected = [0, 1, 1, 0, Math.SQRT1_2, -1, Math.SQRT1_2, 0]
    expect([...interpret([output], new Map())[0]]).toEqual(expected.map((value) => expect.closeTo(value, 6)))
  })

  it('make two points alike as a normal distribution of their distance has it (Rahimi and Recht 2007)', () => {
    const [waves, deviation] = [20_000, 0.4]
    const places = [
      [0.3, -1],
      [0.6, -0.8],
      [0.3, -0.5],
    ] as const
    const features = featuresOf(places, waves, deviation)
    for (const [i, [x, y]] of places.entries()) {
      for (const [j, [u, v]] of places.entries()) {
        const squared = (x - u) ** 2 + (y - v) ** 2
        const kernel = Math.exp(-2 * (Math.PI * deviation) ** 2 * squared)
        // Four deviations of a mean of so many cosines.
        expect(Math.abs(dot(features[i], features[j]) / waves - kernel)).toBeLessThan(4 / Math.sqrt(2 * waves))
      }
    }
  })

  it.each<[() => unknown, string]>([
    [() => fourierFeatures({ waves: 0, deviation: 1 }), 'fourierFeatures cannot have 0 waves'],
    [() => fourierFeatures({ waves: 3, deviation: 0 }), 'Frequencies cannot have a deviation of 0'],
    [() => fourierFeatures({ waves: 3, deviation: 1 }).init([4, 4, 1], random()), 'put flatten() in front'],
  ])('says in a sentence what is wrong: %#', (mistake, sentence) => {
    expect(mistake).toThrow(UserError)
    expect(mistake).toThrow(sentence)
  })
})
