import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelsLast, plain, reshaped, shapeOf, turned, viewOf } from '../../../src/onnx/read/view.ts'
import type { View } from '../../../src/onnx/read/view.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { topological } from '../../../src/tensor/graph.ts'
import { input, reshape, transpose } from '../../../src/tensor/operations/index.ts'
import { range, sizeOf } from '../../../src/tensor/shape.ts'
import { isKind } from '../../../src/tensor/tensor.ts'
import type { Shape, Tensor } from '../../../src/tensor/tensor.ts'

const extents = fc.array(fc.constantFrom(1, 2, 2, 3, 4), { minLength: 1, maxLength: 5 })
const order = (rank: number) => fc.shuffledSubarray(range(rank), { minLength: rank, maxLength: rank })
const turnedShape = extents.chain((shape) => fc.tuple(fc.constant(shape), order(shape.length)))

/** Another shape of as many elements: factors dealt out anew. */
const otherShape = (shape: Shape): fc.Arbitrary<number[]> => {
  const factors = shape.flatMap((extent) => (extent === 4 ? [2, 2] : extent === 1 ? [] : [extent]))
  return fc.array(fc.nat(factors.length), { maxLength: 3 }).chain((cuts) =>
    fc.constantFrom(factors).map((all) => {
      const ends = [...cuts, all.length].toSorted((a, b) => a - b)
      return ends.map((end, index) => all.slice(ends[index - 1] ?? 0, end).reduce((a, b) => a * b, 1))
    }),
  )
}

const x = (shape: Shape) => input('x', shape)
const valuesOf = (outputs: readonly Tensor[], leaf: Tensor) =>
  interpret(outputs, new Map([[leaf, range(sizeOf(leaf.shape))]]))

const transposes = (view: View): number =>
  topological([view.tensor]).filter((tensor) => isKind(tensor, 'transpose')).length

describe('a view', () => {
  it('is turned without moving anything', () =>
    fc.assert(
      fc.property(turnedShape, ([shape, permutation]) => {
        const leaf = x(shape)
        const view = turned(viewOf(leaf), permutation)
        expect(transposes(view)).toBe(0)
        expect(shapeOf(view)).toEqual(permutation.map((axis) => shape[axis]))
        const [actual, expected] = valuesOf([plain(view), transpose(leaf, permutation)], leaf)
        expect(actual).toEqual(expected)
      }),
    ))

  it('of a transpose, or of several, is what that is made of', () =>
    fc.assert(
      fc.property(
        turnedShape.chain(([shape, first]) => fc.tuple(fc.constant(shape), fc.constant(first), order(shape.length))),
        ([shape, first, second]) => {
          const leaf = x(shape)
          const moved = transpose(transpose(leaf, first), second)
          const view = viewOf(moved)
          expect(view.tensor).toBe(leaf)
          expect(shapeOf(view)).toEqual(moved.shape)
          const [actual, expected] = valuesOf([plain(view), moved], leaf)
          expect(actual).toEqual(expected)
        },
      ),
    ))

  it('is reshaped to the same elements, however it stands', () =>
    fc.assert(
      fc.property(
        turnedShape.chain(([shape, permutation]) =>
          fc.tuple(fc.constant(shape), fc.constant(permutation), otherShape(permutation.map((axis) => shape[axis]))),
        ),
        ([shape, permutation, target]) => {
          const leaf = x(shape)
          const view = reshaped(turned(viewOf(leaf), permutation), target)
          expect(shapeOf(view)).toEqual(target)
          const [actual, expected] = valuesOf([plain(view), reshape(transpose(leaf, permutation), target)], leaf)
          expect(actual).toEqual(expected)
        },
      ),
      { numRuns: 500 },
    ))
})

describe('images that stand with their channels last stay so', () => {
  const images: View = { tensor: x([2, 5, 4, 6]), order: channelsLast }
  it.each([
    ['when channels are divided into groups', [2, 3, 2, 5, 4]],
    ['when rows and columns become one axis', [2, 6, 20]],
    ['when axes of size 1 come in', [2, 1, 6, 1, 5, 4]],
    ['when the batch is divided', [1, 2, 6, 5, 4]],
  ])('%s', (_name, shape) => {
    const view = reshaped(images, shape)
    expect(transposes(view)).toBe(0)
    expect(shapeOf(view)).toEqual(shape)
  })

  it('but not when channels and pixels become one axis', () => {
    expect(transposes(reshaped(images, [2, 120]))).toBe(1)
  })
})
