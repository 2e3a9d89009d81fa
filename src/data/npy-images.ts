import { UserError } from '../tensor/errors.ts'
import type { NpyArray, NpyValues } from './npy.ts'

/**
 * The elements of an array as bytes of pixels, 0 (dark) to 255 (light). Whole numbers are taken as they are and have to lie in
 * 0 to 255; False and True become 0 and 255. Floats have to lie in 0 to 1 or, where any of them is negative, in -1 to 1;
 * they are stretched over the bytes and go to the nearest.
 */
export function pixelsOf({ type, values }: NpyArray, file: string): Uint8Array {
  if (values instanceof Float32Array || values instanceof Float64Array) return bytesOfFloats(values, type, file)
  const bytes = bytesOfIntegers(
    values,
    (low, high) => `${file} holds ${type} from ${low} to ${high}; pixels that are whole numbers lie between 0 and 255.`,
  )
  return type === 'bool' ? bytes.map((value) => (value === 0 ? 0 : 255)) : bytes
}

/** The elements of an array as class numbers: whole numbers from 0 to 255. */
export function labelsOf({ type, values }: NpyArray, file: string): Uint8Array {
  if (values instanceof Float32Array || values instanceof Float64Array) {
    throw new UserError(`${file} holds ${type}; labels are whole numbers, so convert them by .astype(numpy.uint8).`)
  }
  return bytesOfIntegers(
    values,
    (low, high) => `${file} holds labels from ${low} to ${high}; labels lie between 0 and 255.`,
  )
}

function bytesOfFloats(values: Float32Array | Float64Array, type: string, file: string): Uint8Array {
  const { low, high } = rangeOf(values)
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw new UserError(
      `${file} holds ${type} that are infinite or no numbers; pixels are numbers from 0 to 1 or -1 to 1.`,
    )
  }
  if (low < -1 || high > 1) {
    throw new UserError(
      `${file} holds ${type} from ${low} to ${high}; pixels that are floats lie between 0 and 1, or between -1 and 1 where any is negative: scale or clip them, or save bytes by .astype(numpy.uint8).`,
    )
  }
  const [offset, factor] = low < 0 ? [1, 127.5] : [0, 255]
  const bytes = new Uint8ClampedArray(values.length)
  // Assigning to a clamped array rounds to the nearest.
  for (let at = 0; at < values.length; at++) bytes[at] = (values[at] + offset) * factor
  return new Uint8Array(bytes.buffer)
}

type Integers = Exclude<NpyValues, Float32Array | Float64Array>

function bytesOfIntegers(values: Integers, refusal: (low: number, high: number) => string): Uint8Array {
  if (values instanceof Uint8Array) return values
  const { low, high } = rangeOf(values)
  if (low < 0 || high > 255) throw new UserError(refusal(low, high))
  const bytes = new Uint8Array(values.length)
  for (let at = 0; at < values.length; at++) bytes[at] = Number(values[at])
  return bytes
}

/** The lowest and the highest of at least one number; NaN where any of them is. */
function rangeOf(values: NpyValues): { low: number; high: number } {
  let low = Infinity
  let high = -Infinity
  for (let at = 0; at < values.length; at++) {
    const value = Number(values[at])
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return { low, high }
}
