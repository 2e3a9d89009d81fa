import { broadcast, concat, pad, sliceAxis } from '../operations/index.ts'
import { range } from '../shape.ts'
import { named, shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'
import { imageExtents, requireWhole } from './images.ts'

/** How many rows and columns are put around an image: as many on every side, or so many on each. */
export type Border =
  | number
  | {
      /** Rows above. */
      readonly top: number
      /** Rows below. */
      readonly bottom: number
      /** Columns to the left. */
      readonly left: number
      /** Columns to the right. */
      readonly right: number
    }

/** Zeros around images [batch, height, width, channels]. */
export function zeroPad(x: Tensor, border: Border): Tensor {
  const { top, bottom, left, right } = sidesOf('zeroPad', x, border)
  return pad(x, [0, top, left, 0], [0, bottom, right, 0])
}

/**
 * Images [batch, height, width, channels] continued by their mirror image, the edge itself not repeated: c b | a b c | b a.
 * A side must be narrower than the image.
 */
export function reflectPad(x: Tensor, border: Border): Tensor {
  const { top, bottom, left, right } = sidesOf('reflectPad', x, border)
  if (Math.max(top, bottom) >= x.shape[1] || Math.max(left, right) >= x.shape[2])
    throw shapeError('reflectPad', [x], 'a side must be narrower than the image')
  const whole = reflected(reflected(x, 1, top, bottom), 2, left, right)
  const attributes = { way: 'reflect', before: [top, left], after: [bottom, right] } as const
  return named({ name: 'border', inputs: [x], attributes }, whole)
}

/** Images [batch, height, width, channels] continued by their edge: a a | a b c | c c. */
export function replicatePad(x: Tensor, border: Border): Tensor {
  const { top, bottom, left, right } = sidesOf('replicatePad', x, border)
  const whole = replicated(replicated(x, 1, top, bottom), 2, left, right)
  const attributes = { way: 'replicate', before: [top, left], after: [bottom, right] } as const
  return named({ name: 'border', inputs: [x], attributes }, whole)
}

function sidesOf(operation: string, x: Tensor, border: Border): Exclude<Border, number> {
  imageExtents(operation, x)
  const sides = typeof border === 'number' ? { top: border, bottom: border, left: border, right: border } : border
  for (const [side, width] of Object.entries(sides)) requireWhole(operation, x, `border (${side})`, width, 0)
  return sides
}

function reflected(x: Tensor, axis: number, before: number, after: number): Tensor {
  const last = x.shape[axis] - 1
  const front = before === 0 ? [] : [reversed(sliceAxis(x, axis, 1, before), axis)]
  const back = after === 0 ? [] : [reversed(sliceAxis(x, axis, last - after, after), axis)]
  return concat([...front, x, ...back], axis)
}

const reversed = (x: Tensor, axis: number): Tensor =>
  concat(
    range(x.shape[axis])
      .toReversed()
      .map((index) => sliceAxis(x, axis, index, 1)),
    axis,
  )

function replicated(x: Tensor, axis: number, before: number, after: number): Tensor {
  const edge = (index: number, count: number): Tensor[] => {
    const shape = x.shape.map((extent, other) => (other === axis ? count : extent))
    return count === 0 ? [] : [broadcast(sliceAxis(x, axis, index, 1), shape)]
  }
  return concat([...edge(0, before), x, ...edge(x.shape[axis] - 1, after)], axis)
}
