import { UserError } from '../tensor/errors.ts'
import type { DataRange } from '../tensor/fields.ts'

/** Pixels as bytes, 0 (dark) to 255 (light). */
export type PixelBytes = Uint8Array | Uint8ClampedArray

/** Pixels as floats of a stated range: 'unit' is 0 (dark) to 1 (light), 'signed' -1 to 1. */
export type PixelFloats = Float32Array | Float64Array

const isFloats = (pixels: unknown): pixels is PixelFloats =>
  pixels instanceof Float32Array || pixels instanceof Float64Array

const ranges: Readonly<Record<DataRange, { readonly low: number; readonly factor: number }>> = {
  unit: { low: 0, factor: 255 },
  signed: { low: -1, factor: 127.5 },
}

/**
 * The same pixels as bytes; floats go to the nearest. Throws a UserError that begins with `name` where their range is not stated or does not
 * hold them.
 */
export function pixelBytes(name: string, pixels: PixelBytes | PixelFloats, range: DataRange | undefined): Uint8Array {
  const isBytes = pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray
  if (isBytes && range !== undefined) {
    throw new UserError(`${name} has pixels as bytes, which are from 0 to 255; leave range out.`)
  }
  if (pixels instanceof Uint8Array) return pixels
  if (pixels instanceof Uint8ClampedArray) return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length)
  if (!isFloats(pixels)) {
    throw new UserError(`${name} has pixels that are neither bytes nor floats; give a Uint8Array or a Float32Array.`)
  }
  if (range === undefined || !Object.hasOwn(ranges, range)) {
    throw new UserError(
      `${name} has pixels as floats; say by range whether they are from 0 to 1 ('unit') or from -1 to 1 ('signed').`,
    )
  }
  const { low, factor } = ranges[range]
  const stray = pixels.findIndex((value) => !(value >= low && value <= 1))
  if (stray >= 0) {
    throw new UserError(`${name} has ${pixels[stray]} as pixel ${stray}; the range '${range}' is from ${low} to 1.`)
  }
  // A clamped array rounds to the nearest.
  const bytes = Uint8ClampedArray.from(pixels, (value) => (value - low) * factor)
  return new Uint8Array(bytes.buffer)
}
