import { shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'

/** The sizes of a batch of images [batch, height, width, channels]. */
export interface ImageExtents {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** The sizes of images; throws a UserError in the name of `operation` where x is none. */
export function imageExtents(operation: string, x: Tensor): ImageExtents {
  if (x.shape.length !== 4) throw shapeError(operation, [x], 'takes images [batch, height, width, channels]')
  const [batch, height, width, channels] = x.shape
  return { batch, height, width, channels }
}

/** Throws a UserError unless `value` is a whole number from `least` on. */
export function requireWhole(operation: string, x: Tensor, what: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return
  throw shapeError(operation, [x], `the ${what} must be a whole number from ${least} on, not ${value}`)
}
