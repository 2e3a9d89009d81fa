import fc from 'fast-check'
import { expect } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { add, constant, input, literal, mul, sum } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'

/** A function to differentiate, of inputs of these shapes. */
export interface Case {
  readonly shapes: readonly Shape[]
  readonly build: (inputs: readonly Tensor[]) => Tensor
}

/** Numbers between -1 and 1 that look random and are the same in every run of one seed. */
const scattered = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233))

/**
 * Shuffled multiples of 0.1 plus 0.05: no two are equal and none is 0, so that maxima, comparisons and |x| are smooth
 * around them.
 */
function distinct(count: number, seed: number): number[] {
  const order = scattered(count, seed)
    .map((key, index) => ({ key, index }))
    .toSorted((a, b) => a.key - b.key)
  return order.map(({ index }) => (index - Math.floor(count / 2)) * 0.1 + 0.05)
}

/** A scalar that weighs every element of the tensors by another number. */
const project = (tensors: readonly Tensor[], seed: number): Tensor =>
  tensors
    .map((tensor, index) => sum(mul(tensor, literal(scattered(sizeOf(tensor.shape), seed + index), tensor.shape))))
    .reduce((total, part) => add(total, part), constant(0))

/**
 * Checks the slope of a scalar along a random direction: what its gradients say against central differences, whose
 * error is of the order of 1e-10.
 */
function checkSlope(scalar: Tensor, inputs: readonly Tensor[], seed: number): void {
  const values = distinct(
    inputs.reduce((total, tensor) => total + sizeOf(tensor.shape), 0),
    seed,
  )
  const direction = scattered(values.length, seed + 0.5)
  const feeds = (step: number) => {
    let used = 0
    return new Map(
      inputs.map((tensor) => {
        const first = used
        used += sizeOf(tensor.shape)
        return [tensor, values.slice(first, used).map((value, i) => value + step * direction[first + i])]
      }),
    )
  }
  const slope = interpret(gradients(scalar, inputs), feeds(0))
    .flatMap((gradient) => [...gradient])
    .reduce((total, derivative, i) => total + derivative * direction[i], 0)
  const valueAt = (step: number): number => interpret([scalar], feeds(step))[0][0]
  const difference = (width: number) => (valueAt(width) - valueAt(-width)) / (2 * width)
  const width = 2e-5
  // Richardson: without the error that grows with the square of the width, which is large where sines are steep.
  const measured = (4 * difference(width / 2) - difference(width)) / 3
  expect(Math.abs(slope - measured)).toBeLessThanOrEqual(1e-7 * (1 + Math.abs(measured) + Math.abs(valueAt(0))))
}

/** That the first and the second derivatives of random cases agree with central differences. */
export const derivativesAgree = (cases: fc.Arbitrary<Case>): fc.IProperty<[Case, number]> =>
  fc.property(cases, fc.nat({ max: 1000 }), ({ shapes, build }, seed) => {
    const inputs = shapes.map((shape, index) => input(`input${index}`, shape))
    const scalar = project([build(inputs)], seed)
    checkSlope(scalar, inputs, seed)
    checkSlope(project(gradients(scalar, inputs), seed), inputs, seed)
  })

/** Shapes of up to three short axes. */
export const shapes = (minRank = 0, maxRank = 3): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: minRank, maxLength: maxRank })

/** A function of one tensor of any shape. */
export const unary = (build: (x: Tensor) => Tensor, minRank = 0): fc.Arbitrary<Case> =>
  shapes(minRank).map((shape) => ({ shapes: [shape], build: ([x]) => build(x) }))

/** A function of two tensors whose shapes broadcast to one. */
export const binary = (build: (a: Tensor, b: Tensor) => Tensor): fc.Arbitrary<Case> =>
  fc
    .tuple(shapes(), fc.nat({ max: 3 }), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), fc.boolean())
    .map(([shape, dropped, narrow, swap]) => {
      const other = shape.map((extent, axis) => (narrow[axis] ? 1 : extent)).slice(Math.min(dropped, shape.length))
      return { shapes: swap ? [other, shape] : [shape, other], build: ([a, b]) => build(a, b) }
    })

/** A function of one tensor and some of its axes. */
export const alongAxes = (build: (x: Tensor, axes: number[]) => Tensor): fc.Arbitrary<Case> =>
  shapes(1).chain((shape) =>
    fc
      .subarray(
        shape.map((_, axis) => axis),
        { minLength: 1 },
      )
      .map((axes) => ({ shapes: [shape], build: ([x]) => build(x, axes) })),
  )
