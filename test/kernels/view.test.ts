import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeAxes, peel, reshapeStrides, viewOf } from '../../src/kernels/view.ts'
import { add, broadcast, input, reshape, slice, transpose } from '../../src/tensor/operations/index.ts'
import { range, sizeOf, stridesOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'

/** Where the elements of an array with these strides stand, in row-major order. */
function addresses(shape: Shape, strides: readonly number[], offset = 0): number[] {
  return shape.reduce(
    (outer, extent, axis) => outer.flatMap((address) => range(extent).map((i) => address + i * strides[axis])),
    [offset],
  )
}

/** All ways to write a number as a product of at most `axes` factors, ones among them. */
function shapesOf(size: number, axes: number): number[][] {
  if (axes === 0) return size === 1 ? [[]] : []
  return range(size)
    .map((i) => i + 1)
    .filter((extent) => size % extent === 0)
    .flatMap((extent) => shapesOf(size / extent, axes - 1).map((rest) => [extent, ...rest]))
}

const extents = fc.array(fc.constantFrom(1, 2, 3, 4, 6), { maxLength: 4 }).filter((shape) => sizeOf(shape) <= 72)
/** A shape with the strides of a permuted, cut or repeated array. */
const walks = extents
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      order: fc.shuffledSubarray(range(shape.length), { minLength: shape.length }),
      gaps: fc.array(fc.nat(1), { minLength: shape.length, maxLength: shape.length }),
      repeated: fc.array(fc.nat(9), { minLength: shape.length, maxLength: shape.length }),
    }),
  )
  .map(({ shape, order, gaps, repeated }) => {
    const memory = stridesOf(order.map((axis) => shape[axis] + gaps[axis]))
    const strides = shape.map((_, axis) => (repeated[axis] === 0 ? 0 : memory[order.indexOf(axis)]))
    return { shape, strides }
  })

describe('reshapeStrides', () => {
  it('finds strides exactly where there are some', () => {
    fc.assert(
      fc.property(walks, fc.nat(), ({ shape, strides }, pick) => {
        const targets = shapesOf(sizeOf(shape), 3)
        const to = targets[pick % targets.length]
        const wanted = addresses(shape, strides)
        const found = reshapeStrides(shape, strides, to)
        // An axis' stride can only be the distance from its first element to its second.
        const below = stridesOf(to)
        const only = to.map((extent, axis) => (extent === 1 ? 0 : wanted[below[axis]] - wanted[0]))
        const possible = addresses(to, only, wanted[0]).join() === wanted.join()
        expect(found).toEqual(possible ? only : null)
      }),
      { numRuns: 500 },
    )
  })
})

describe('mergeAxes', () => {
  it("keeps every operand's walk, over as few axes as can be", () => {
    fc.assert(
      fc.property(fc.array(walks, { minLength: 1, maxLength: 3 }), (operands) => {
        const { shape } = operands[0]
        const strides = operands
          .filter((operand) => operand.shape.join() === shape.join())
          .map((operand) => operand.strides)
        const merged = mergeAxes(shape, strides)
        strides.forEach((own, i) => expect(addresses(merged.extents, merged.strides[i])).toEqual(addresses(shape, own)))
        for (let axis = 1; axis < merged.extents.length; axis++) {
          expect(merged.strides.every((own) => own[axis - 1] === own[axis] * merged.extents[axis])).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('viewOf', () => {
  const steps: ((x: Tensor, choice: number) => Tensor)[] = [
    (x, choice) =>
      transpose(
        x,
        range(x.shape.length).map((axis) => (axis + choice) % x.shape.length),
      ),
    (x, choice) =>
      slice(
        x,
        x.shape.map((extent, axis) => ((choice >> axis) % 2) % extent),
        x.shape.map((extent, axis) => extent - (((choice >> axis) % 2) % extent)),
      ),
    (x, choice) => broadcast(x, [1 + (choice % 2), ...x.shape]),
    (x, choice) => reshape(x, choice % 2 === 0 ? [-1] : [...x.shape, 1]),
    (x) => reshape(x, [1, ...x.shape]),
  ]

  it('finds each element of a chain of movements in what it moves', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(20)), { maxLength: 5 }), (chain) => {
        const x = input('x', [3, 4, 2])
        let moved: Tensor = x
        for (const [step, choice] of chain) moved = steps[step](moved, choice)
        const { root, offset, strides } = viewOf(moved)
        fc.pre(sizeOf(moved.shape) > 0)
        expect(addresses(moved.shape, strides, offset)).toEqual(elementsOf(moved, root))
      }),
      { numRuns: 300 },
    )
  })

  it('stops at what needs work', () => {
    const x = input('x', [3, 4])
    const sum = add(x, 1)
    expect(viewOf(transpose(sum)).root).toBe(sum)
    const flat = reshape(transpose(x), [12])
    expect(viewOf(flat)).toEqual({ root: flat, offset: 0, strides: [1] })
    expect(peel(reshape(reshape(sum, [1, 3, 4]), [3, 1, 4]))).toBe(sum)
  })
})

/** Which element of `root` each element of `tensor` is, by moving numbers rather than strides. */
function elementsOf(tensor: Tensor, root: Tensor): number[] {
  if (tensor === root) return range(sizeOf(root.shape))
  const [x] = tensor.inputs
  const before = elementsOf(x, root)
  const { primitive } = tensor
  const strides = stridesOf(x.shape)
  if (primitive.kind === 'transpose')
    return addresses(
      tensor.shape,
      primitive.permutation.map((axis) => strides[axis]),
    ).map((i) => before[i])
  if (primitive.kind === 'slice') {
    return addresses(
      tensor.shape,
      strides,
      primitive.start.reduce((sum, first, axis) => sum + first * strides[axis], 0),
    ).map((i) => before[i])
  }
  if (primitive.kind === 'broadcast') return range(sizeOf(tensor.shape) / before.length).flatMap(() => before)
  return before
}
