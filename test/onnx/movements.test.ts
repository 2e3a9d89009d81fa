import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as t from '../../src/tensor/operations/index.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { expectSameNumbers, operatorsIn, spread } from './onnx-runtime.ts'

/** Makes a tensor of another one by the numbers of a seed, which any tensor can take. */
type Step = (x: Tensor, seed: number) => Tensor

const permutationOf = (count: number, seed: number): number[] => {
  const left = range(count)
  return range(count).map((index) => left.splice((seed >> index) % left.length, 1)[0])
}

/** A shape of as many elements: two axes joined, one divided, or axes of size 1 put in or taken out. */
function otherShape(shape: Shape, seed: number): Shape {
  const axis = seed % Math.max(1, shape.length)
  const [outer, inner] = [shape.slice(0, axis), shape.slice(axis + 1)]
  const extent = shape[axis] ?? 1
  const divisor = range(extent + 1).findLast((number) => number > 0 && number < extent && extent % number === 0) ?? 1
  const choices: Shape[] = [
    [...outer, extent * (inner[0] ?? 1), ...inner.slice(1)],
    [...outer, divisor, extent / divisor, ...inner],
    [...outer, 1, extent, ...inner],
    shape.filter((size) => size > 1),
    [sizeOf(shape)],
  ]
  return choices[seed % choices.length]
}

const steps: Record<string, Step> = {
  reshape: (x, seed) => t.reshape(x, otherShape(x.shape, seed)),
  transpose: (x, seed) => t.transpose(x, permutationOf(x.shape.length, seed)),
  broadcast: (x) => t.broadcast(x, [2, ...x.shape]),
  stretch: (x, seed) =>
    t.broadcast(
      x,
      x.shape.map((extent, axis) => (extent === 1 && seed % 3 === axis ? 2 : extent)),
    ),
  tanh: (x) => t.tanh(x),
  addItself: (x, seed) => {
    const permutation = permutationOf(x.shape.length, seed)
    return t.add(x, t.transpose(t.tanh(t.transpose(x, permutation)), inverse(permutation)))
  },
  addRow: (x, seed) => t.add(x, table([x.shape.at(-1) ?? 1], seed)),
  mulColumn: (x, seed) => t.mul(x, table([x.shape.at(-2) ?? 1, 1], seed)),
  center: (x, seed) => t.sub(x, t.maximum(x, { axes: [seed % x.shape.length], keep: true })),
  sum: (x, seed) => t.sum(x, { axes: [seed % x.shape.length] }),
  mean: (x, seed) => t.mean(x, { axes: [seed % x.shape.length], keep: seed % 2 === 0 }),
  slice: (x, seed) => t.sliceAxis(x, seed % x.shape.length, 0, Math.ceil(x.shape[seed % x.shape.length] / 2)),
  pad: (x, seed) =>
    t.pad(
      x,
      x.shape.map((_, axis) => (axis === seed % x.shape.length ? 1 : 0)),
      x.shape.map(() => 0),
    ),
  concat: (x, seed) => t.concat([x, t.neg(x)], seed % x.shape.length),
}

const table = (shape: Shape, seed: number): Tensor => t.literal(spread(shape, seed), shape)

const inverse = (permutation: readonly number[]): number[] =>
  range(permutation.length).map((axis) => permutation.indexOf(axis))

describe('moving axes about', () => {
  it('changes no number, whatever comes after what', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(10_000)), { minLength: 1, maxLength: 9 }),
        async (shape, path) => {
          const x = t.input('x', shape)
          const all: Tensor[] = [x]
          for (const [name, seed] of path) {
            const last = all[all.length - 1]
            if (last.shape.length > 0 && last.shape.length < 7 && sizeOf(last.shape) < 2000)
              all.push(steps[name](last, seed))
          }
          const outputs = { last: all[all.length - 1], half: all[Math.floor(all.length / 2)] }
          await expectSameNumbers(outputs, new Map([[x, spread(shape, path.length)]]))
        },
      ),
      { numRuns: 150 },
    ))

  it('costs nothing where it comes back', async () => {
    const x = t.input('x', [2, 3, 4, 6])
    const there = t.reshape(t.transpose(x, [0, 3, 1, 2]), [2, 2, 3, 3, 4])
    const back = t.transpose(t.reshape(t.tanh(there), [2, 6, 3, 4]), [0, 2, 3, 1])
    const model = await expectSameNumbers({ back }, new Map([[x, spread(x.shape, 1)]]))
    expect(operatorsIn(model)).toEqual(['Tanh'])
  })
})
