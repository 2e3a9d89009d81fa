import { readFileSync } from 'node:fs'

/** A .npy file of version 1.0 with this header, written straight from the format's description. */
export function npyBytes(header: string, elements: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(header)
  const start = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length & 255, text.length >> 8]
  return Uint8Array.of(...start, ...text, ...Array.from(elements))
}

interface NumpyArrays {
  /** What numpy.save made of each `code`, and what it holds. */
  readonly saved: readonly { code: string; shape: number[]; values: (number | boolean)[]; npy: string }[]
  readonly versions: readonly { code: string; npy: string }[]
  /** What this project does not read. */
  readonly refused: readonly { code: string; npy: string }[]
  /** How many bytes numpy.save makes of zeros of float32 in these shapes. */
  readonly lengths: readonly [shape: number[], bytes: number][]
}

/**
 * Made by NumPy 2.4.6, outside of this repository: for each `code`, an array expression in Python, `npy` is the base64 of
 * what `numpy.save(file, eval(code))` wrote (of `versions`, what the code itself wrote to `file`), `shape` is the array's
 * and `values` its `ravel().tolist()`.
 */
export const numpyArrays: NumpyArrays = JSON.parse(
  readFileSync(new URL('../fixtures/numpy-arrays.json', import.meta.url), 'utf8'),
)

export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))
