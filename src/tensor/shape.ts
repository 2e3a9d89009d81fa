import type { Shape } from './tensor.ts'

export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1)

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, axis) => extent === b[axis])

/** Distance in elements between neighbours along each axis of a row-major array. */
export function stridesOf(shape: Shape): number[] {
  const strides = Array.from(shape, () => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1]
  return strides
}

/** The shape that both broadcast to by NumPy's rule, or null where there is none. */
export function commonShape(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length)
  const shape: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    const m = a[axis - rank + a.length] ?? 1
    const n = b[axis - rank + b.length] ?? 1
    if (m !== n && m !== 1 && n !== 1) return null
    shape.push(m === 1 ? n : m)
  }
  return shape
}

/** Axis counted from the end when negative; -1 where it does not exist. */
export const normalizeAxis = (axis: number, rank: number): number => {
  const index = axis < 0 ? axis + rank : axis
  return Number.isInteger(index) && index >= 0 && index < rank ? index : -1
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** The multiples of `step` up to `most` that divide a whole number. */
export const divisors = (count: number, most: number, step: number): number[] =>
  range(Math.floor(most / step))
    .map((i) => (i + 1) * step)
    .filter((divisor) => count % divisor === 0)

/** Of whole numbers from 0 on. */
export const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))
