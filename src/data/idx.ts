/**
 * The IDX format of the MNIST files (http://yann.lecun.com/exdb/mnist): two zero bytes, a type, a rank, one big-endian
 * unsigned 32-bit size per dimension, then the elements, last dimension fastest.
 */
import { UserError } from '../tensor/errors.ts'

const elementTypes: Readonly<Record<number, string>> = {
  0x08: 'unsigned bytes',
  0x09: 'signed bytes',
  0x0b: '16-bit integers',
  0x0c: '32-bit integers',
  0x0d: '32-bit floats',
  0x0e: '64-bit floats',
}

const unsignedBytes = 0x08
const largestRank = 4

/** The longest header that is read: the magic number and four sizes. */
export const longestIdxHeader = 4 + 4 * largestRank

export interface IdxHeader {
  readonly shape: readonly number[]
  /** Where the elements begin. */
  readonly headerBytes: number
  /** How long the whole file has to be. May be beyond exact integers where the header lies; never equal to a length then. */
  readonly fileBytes: number
}

export interface IdxArray {
  /** One to four sizes. */
  readonly shape: readonly number[]
  /** The elements, a view into the bytes that were read. */
  readonly values: Uint8Array
}

/** Reads the header from the first bytes of a file. `file` is what error messages call it. */
export function readIdxHeader(bytes: Uint8Array, file: string): IdxHeader {
  if (bytes.length < 4) throw new UserError(`${file} is not an IDX file: it ends inside the header.`)
  const [zero, alsoZero, type, rank] = bytes
  const elements = elementTypes[type]
  if (zero !== 0 || alsoZero !== 0 || elements === undefined || rank < 1) {
    const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')
    throw new UserError(
      `${file} is not an IDX file: it begins with 0x${magic}, where 0x00000803 (images) or 0x00000801 (labels) was expected.`,
    )
  }
  if (type !== unsignedBytes)
    throw new UserError(`${file} holds ${elements}; only IDX files of unsigned bytes are read.`)
  if (rank > largestRank)
    throw new UserError(`${file} has ${rank} dimensions; IDX files of at most ${largestRank} are read.`)
  const headerBytes = 4 + 4 * rank
  if (bytes.length < headerBytes) throw new UserError(`${file} is not an IDX file: it ends inside the header.`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  return { shape, headerBytes, fileBytes: shape.reduce((product, size) => product * size, 1) + headerBytes }
}

/** Reads a whole file of unsigned bytes and holds it to its header. Copies nothing. */
export function readIdx(bytes: Uint8Array, file: string): IdxArray {
  const { shape, headerBytes, fileBytes } = readIdxHeader(bytes, file)
  if (bytes.length !== fileBytes) {
    const fault = bytes.length < fileBytes ? 'is cut short' : 'has bytes after its end'
    throw new UserError(
      `${file} ${fault}: its header (${shape.join(' x ')}) asks for ${fileBytes} bytes, but it has ${bytes.length}; get the file again.`,
    )
  }
  return { shape, values: bytes.subarray(headerBytes) }
}
