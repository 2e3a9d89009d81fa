import fc from 'fast-check'
import { expect } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import * as t from '../../src/tensor/operations/index.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import type { DType, Shape, Tensor } from '../../src/tensor/tensor.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { compiled } from './compiled.ts'

export type Feed = [Tensor, number[]]

/** Both modes; the outputs must differ from the interpreter's by at most `tolerance`, relative to 1 + magnitude. */
export async function assertAgreement(
  outputs: readonly Tensor[],
  feeds: readonly Feed[],
  tolerance = 0,
): Promise<void> {
  const expected = interpret(outputs, new Map(feeds))
  for (const options of [
    { strict: false, target: wasmTarget(256) },
    { strict: true, target: wasmTarget(128) },
  ] as const) {
    const { values } = await compiled(outputs, new Map(feeds), options)
    expected.forEach((numbers, i) => {
      const wrong = numbers.findIndex((number, at) => !within(values[i][at], number, tolerance))
      expect(wrong < 0 ? '' : `output ${i}[${wrong}] is ${values[i][wrong]}, not ${numbers[wrong]}`).toBe('')
    })
  }
}

const within = (value: number, expected: number, tolerance: number): boolean =>
  Object.is(value, expected) || value === expected || Math.abs(value - expected) <= tolerance * (1 + Math.abs(expected))

export const assertAll = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>, numRuns = 40) =>
  fc.assert(fc.asyncProperty(arbitrary, check), { numRuns })

/** Around the widths of vectors (4), unrolled loops (8, 16) and tiles of registers (6). */
const extents = fc.constantFrom(1, 1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 17, 23, 33, 48)
export const shapes = (minimum: number, maximum = 4): fc.Arbitrary<number[]> =>
  fc.array(extents, { minLength: minimum, maxLength: maximum }).filter((shape) => sizeOf(shape) <= 6000)

/** A tensor of a shape, and the input behind it: as it is, transposed, cut out, repeated or reshaped. */
export interface Operand {
  readonly tensor: Tensor
  readonly feed: Feed
}

const layouts = ['plain', 'transposed', 'cut', 'repeated', 'reshaped'] as const
export type Layout = (typeof layouts)[number]
export const anyLayout = fc.constantFrom(...layouts)

export function operand(shape: Shape, layout: Layout, number: (i: number) => number, dtype: DType = 'f32'): Operand {
  const made = (own: Shape, view: (x: Tensor) => Tensor): Operand => {
    const tensor = t.input('x', own, dtype)
    return { tensor: view(tensor), feed: [tensor, range(sizeOf(own)).map((i) => Math.fround(number(i)))] }
  }
  if (layout === 'transposed' && shape.length > 1) {
    const backwards = range(shape.length).toReversed()
    return made(shape.toReversed(), (x) => t.transpose(x, backwards))
  }
  if (layout === 'cut')
    return made(
      shape.map((extent) => extent + 3),
      (x) =>
        t.slice(
          x,
          shape.map((_, axis) => axis % 4),
          shape,
        ),
    )
  if (layout === 'repeated' && shape.length > 0) {
    return made(
      shape.map((extent, axis) => (axis % 2 === 0 ? 1 : extent)),
      (x) => t.broadcast(x, shape),
    )
  }
  if (layout === 'reshaped') return made([sizeOf(shape)], (x) => t.reshape(x, shape))
  return made(shape, (x) => x)
}

/** Numbers in (low, high), different at every index. */
export const between = (low: number, high: number) => (i: number) => low + (high - low) * ((i * 0.618034 + 0.137) % 1)
export const wholeNumbers = (i: number) => ((i * 7919) % 13) - 6
