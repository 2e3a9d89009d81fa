/**
 * The .npy format of NumPy (numpy.lib.format): "\x93NUMPY", a version, the length of a header, the header as a Python
 * dictionary, then the elements, last dimension fastest.
 */
import { UserError } from '../tensor/errors.ts'
import { parsePython } from './python-literal.ts'
import type { PythonValue } from './python-literal.ts'

export type NpyValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array

export interface NpyArray {
  readonly shape: readonly number[]
  /** What NumPy calls the type of the elements. */
  readonly type: NpyType
  /** The elements; of bool, 0 is False. Where the file allows it, a view into the bytes that were read. */
  readonly values: NpyValues
}

interface ElementType {
  readonly name: string
  readonly Values: {
    readonly BYTES_PER_ELEMENT: number
    new (buffer: ArrayBufferLike, at: number, count: number): NpyValues
  }
}

const elementTypes = {
  b1: { name: 'bool', Values: Uint8Array },
  u1: { name: 'uint8', Values: Uint8Array },
  i1: { name: 'int8', Values: Int8Array },
  u2: { name: 'uint16', Values: Uint16Array },
  i2: { name: 'int16', Values: Int16Array },
  u4: { name: 'uint32', Values: Uint32Array },
  i4: { name: 'int32', Values: Int32Array },
  u8: { name: 'uint64', Values: BigUint64Array },
  i8: { name: 'int64', Values: BigInt64Array },
  f4: { name: 'float32', Values: Float32Array },
  f8: { name: 'float64', Values: Float64Array },
} as const satisfies Record<string, ElementType>

type NpyType = (typeof elementTypes)[keyof typeof elementTypes]['name']

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
const zipMagic = [0x50, 0x4b]

/** As many as version 1 can have; real ones have about a hundred. */
const mostHeaderBytes = 65535

/** Reads a whole .npy file, of version 1, 2 or 3. `file` is what error messages call it. */
export function readNpy(bytes: Uint8Array, file: string): NpyArray {
  const { text, end } = headerOf(bytes, file)
  const { descr, shape } = contentOf(text, file)
  const { name, Values, isTurned } = typeOf(descr, file)
  const count = shape.reduce((product, size) => product * size, 1)
  const width = Values.BYTES_PER_ELEMENT
  const expected = end + count * width
  if (bytes.length !== expected) {
    const fault = bytes.length > expected ? 'has bytes after its end' : 'is cut short'
    throw new UserError(
      `${file} ${fault}: its header, ${name} of ${shape.join(' x ') || 'one number'}, asks for ${expected} bytes, but it has ${bytes.length}; save it again.`,
    )
  }
  const elements = bytes.subarray(end)
  const isAligned = elements.byteOffset % width === 0
  const source = isTurned ? turned(elements, width) : isAligned ? elements : new Uint8Array(elements)
  return { shape, type: name, values: new Values(source.buffer, source.byteOffset, count) }
}

function headerOf(bytes: Uint8Array, file: string): { text: string; end: number } {
  if (!begins(bytes, magic)) {
    const hint = begins(bytes, zipMagic)
      ? 'it is a zip archive, as .npz is; save the array alone, with numpy.save'
      : 'it does not begin with \\x93NUMPY'
    throw new UserError(`${file} is not a .npy file: ${hint}.`)
  }
  const cutShort = new UserError(`${file} is not a .npy file: it ends inside the header.`)
  const [major, minor] = bytes.subarray(magic.length)
  const begin = major === 1 ? 10 : 12
  if (bytes.length < begin) throw cutShort
  if (![1, 2, 3].includes(major) || minor !== 0) {
    throw new UserError(
      `${file} is of version ${major}.${minor} of the .npy format; versions 1.0, 2.0 and 3.0 are read.`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > mostHeaderBytes) throw new UserError(`${file} is broken: it asks for a header of ${length} bytes.`)
  const end = begin + length
  if (bytes.length < end) throw cutShort
  return { text: new TextDecoder().decode(bytes.subarray(begin, end)), end }
}

const begins = (bytes: Uint8Array, start: readonly number[]): boolean => start.every((byte, at) => bytes[at] === byte)

function contentOf(text: string, file: string): { descr: string; shape: readonly number[] } {
  const header = literal(text)
  const [descr, fortran, shape] = ['descr', 'fortran_order', 'shape'].map((key) => header?.get(key))
  if (header?.size !== 3 || descr === undefined || typeof fortran !== 'boolean' || !isShape(shape)) {
    throw new UserError(`${file} is broken: its header is not the dictionary that NumPy writes.`)
  }
  if (typeof descr !== 'string') {
    throw new UserError(`${file} holds records of several fields; save the one that is meant as an array of its own.`)
  }
  if (fortran) {
    throw new UserError(
      `${file} is in Fortran order, first dimension fastest; save numpy.ascontiguousarray of the array.`,
    )
  }
  return { descr, shape }
}

/** The dictionary that a text is, or null where it is none. */
function literal(text: string): Map<PythonValue, PythonValue> | null {
  try {
    const value = parsePython(text)
    return value instanceof Map ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const isShape = (value: PythonValue | undefined): value is number[] =>
  Array.isArray(value) && value.every((size) => typeof size === 'number' && size >= 0)

const littleEndianHost = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** What a `descr` such as '<f4' stands for; whether its bytes stand the other way round than on this machine. */
function typeOf(descr: string, file: string): ElementType & { name: NpyType; isTurned: boolean } {
  const order = descr.slice(0, 1)
  const code = descr.slice(1)
  const type = isKnown(code) ? elementTypes[code] : undefined
  const isKnownOrder = order === '<' || order === '>' || (order === '|' && type?.Values.BYTES_PER_ELEMENT === 1)
  if (type === undefined || !isKnownOrder) {
    const names = Object.values(elementTypes).map(({ name }) => name)
    throw new UserError(
      `${file} holds elements of type '${descr.slice(0, 40)}'; ${names.join(', ')} are read, so convert it, as by .astype(numpy.float32).`,
    )
  }
  return { ...type, isTurned: type.Values.BYTES_PER_ELEMENT > 1 && (order === '<') !== littleEndianHost }
}

const isKnown = (code: string): code is keyof typeof elementTypes => Object.hasOwn(elementTypes, code)

/** A copy in which the bytes of each element stand the other way round. */
function turned(bytes: Uint8Array, width: number): Uint8Array {
  const copy = new Uint8Array(bytes.length)
  for (let at = 0; at < bytes.length; at++) {
    const place = at % width
    copy[at - place + (width - 1 - place)] = bytes[at]
  }
  return copy
}

/** NumPy leaves so much room, in characters, for the first size to grow in place; elements begin at a multiple of this. */
const growth = 21
const alignment = 64

/** The bytes of a .npy file, those that numpy.save of NumPy 2 writes. Throws a RangeError where the shape has other than `values.length` elements. */
export function writeNpy(shape: readonly number[], values: Uint8Array | Float32Array): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1)
  if (count !== values.length) throw new RangeError(`${shape.join(' x ')} has ${count} elements, not ${values.length}`)
  const descr = values instanceof Uint8Array ? '|u1' : '<f4'
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const room = shape.length === 0 ? 0 : growth - String(shape[0]).length
  const content = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }${' '.repeat(room)}`
  // At least one space is always put in, and a line break.
  const begin = magic.length + 4
  const padding = alignment - ((begin + content.length + 1) % alignment)
  const header = new TextEncoder().encode(`${content}${' '.repeat(padding)}\n`)
  const bytes = new Uint8Array(begin + header.length + values.byteLength)
  bytes.set([...magic, 1, 0, header.length & 255, header.length >> 8])
  bytes.set(header, begin)
  bytes.set(littleEndianBytes(values), begin + header.length)
  return bytes
}

/** The bytes of numbers, the lowest byte of each first, whatever this machine does. */
export function littleEndianBytes(
  values: Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array,
): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return littleEndianHost ? bytes : turned(bytes, values.BYTES_PER_ELEMENT)
}
