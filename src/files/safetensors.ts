import { UserError } from '../tensor/errors.ts'
import { broken, metadataName, quote, readHeader, writeHeader } from './safetensors-header.ts'
import type { HeaderEntry } from './safetensors-header.ts'

export type StoredValues = Float64Array | Float32Array | Int32Array | Uint8Array

export interface StoredTensor {
  readonly dtype: 'f64' | 'f32' | 'i32' | 'u8' | 'bool'
  /** None for a scalar. */
  readonly shape: readonly number[]
  /** Last dimension fastest: a Float64Array of f64, a Float32Array of f32, an Int32Array of i32, a Uint8Array of u8 and of bool (0 or 1). */
  readonly values: StoredValues
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: Readonly<Record<string, string>>
}

/** In the order in which files hold them, widest first, so that all lie aligned. */
const types = [
  { dtype: 'f64', code: 'F64', values: Float64Array },
  { dtype: 'f32', code: 'F32', values: Float32Array },
  { dtype: 'i32', code: 'I32', values: Int32Array },
  { dtype: 'u8', code: 'U8', values: Uint8Array },
  { dtype: 'bool', code: 'BOOL', values: Uint8Array },
] as const

/**
 * The bytes of a safetensors file: equal tensors and metadata give equal bytes, whatever their order, and, with at most
 * one entry of metadata, those that the Python package writes. Throws a UserError where a tensor contradicts itself.
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const stored = [...tensors].map(([name, tensor]) => ({ name, ...requireSound(name, tensor), key: sortKey(name) }))
  const sorted = stored.toSorted((left, right) => left.rank - right.rank || (left.key < right.key ? -1 : 1))
  let end = 0
  const entries = sorted.map(({ name, rank, shape, values }): HeaderEntry => {
    const begin = end
    end += values.byteLength
    return { name, dtype: types[rank].code, shape, begin, end }
  })
  const header = writeHeader(entries, metadata)
  const bytes = new Uint8Array(header.length + end)
  bytes.set(header)
  for (const [index, { values }] of sorted.entries()) {
    // As they lie in memory: WebAssembly's, and so everything here, is little-endian, as the format is.
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    bytes.set(raw, header.length + entries[index].begin)
  }
  return bytes
}

/**
 * Reads a safetensors file of F64, F32, I32, U8 and BOOL. Values are views into `bytes` where they lie aligned there, else
 * copies. `file` is what error messages call it. Throws a UserError where the file is broken or holds another type.
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const { entries, metadata, data } = readHeader(bytes, file)
  const tensors = entries.map((entry): [string, StoredTensor] => [entry.name, readTensor(entry, data, file)])
  return { tensors: new Map(tensors), metadata }
}

function readTensor(
  { name, dtype: code, shape, begin, end }: HeaderEntry,
  data: Uint8Array,
  file: string,
): StoredTensor {
  const type = types.find((candidate) => candidate.code === code)
  if (type === undefined) {
    throw new UserError(
      `${file} holds tensor ${quote(name)} of type ${quote(code)}; only F64, F32, I32, U8 and BOOL are read.`,
    )
  }
  const { dtype, values: Values } = type
  const needed = sizeOf(shape) * Values.BYTES_PER_ELEMENT
  if (needed !== end - begin) {
    throw broken(
      file,
      `tensor ${quote(name)} is ${code} ${shown(shape)}, which takes ${needed} bytes, but has ${end - begin}`,
    )
  }
  const raw = data.subarray(begin, end)
  // Not raw.slice(): of a Buffer that is no copy.
  const { buffer, byteOffset } = raw.byteOffset % Values.BYTES_PER_ELEMENT === 0 ? raw : new Uint8Array(raw)
  const View: new (buffer: ArrayBufferLike, at: number, count: number) => StoredValues = Values
  return { dtype, shape, values: new View(buffer, byteOffset, sizeOf(shape)) }
}

/** What is written of a tensor, once its parts fit together: `rank` is its type's place in `types`. */
function requireSound(name: string, { dtype, shape, values }: StoredTensor) {
  const rank = types.findIndex((type) => type.dtype === dtype)
  const fault = (what: string) => new UserError(`Tensor ${quote(name)} cannot be written: ${what}.`)
  if (name === metadataName) throw fault('this name is kept for the metadata')
  if (!(values instanceof types[rank].values)) throw fault(`${dtype} has to come as ${types[rank].values.name}`)
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || sizeOf(shape) !== values.length) {
    throw fault(`its shape is ${shown(shape)}, but it has ${values.length} values`)
  }
  return { rank, shape, values }
}

const shown = (shape: readonly number[]): string =>
  `[${shape.slice(0, 8).join(', ')}${shape.length > 8 ? ', ...' : ''}]`

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** Texts of which the smaller one has the smaller UTF-8 bytes: JavaScript's own order differs beyond U+FFFF. */
const sortKey = (name: string): string =>
  Array.from(new TextEncoder().encode(name), (byte) => String.fromCharCode(byte)).join('')
