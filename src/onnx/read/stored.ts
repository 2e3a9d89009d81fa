import { UserError } from '../../tensor/errors.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { showShape } from '../../tensor/tensor.ts'
import type { DType, Shape } from '../../tensor/tensor.ts'
import { TensorProto_DataLocation, TensorProto_DataType as Type } from '../generated/onnx_pb.ts'
import type { TensorProto } from '../generated/onnx_pb.ts'
import { fromBrain, fromHalf } from './half.ts'

/** Numbers that an ONNX file holds: an initializer, or the value of a Constant. */
export interface Stored {
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
  /** Row-major; a view of the file's bytes where they stand as we need them. */
  read(): ArrayLike<number>
}

/** Gives the bytes of another file that the model names, relative to its own place. */
export type External = (location: string) => Uint8Array

/** How numbers of one type stand in a file, and as which type they are computed with. */
interface Encoding {
  readonly dtype: DType
  readonly bytes: number
  /** From raw bytes, which stand at a multiple of 8 of their buffer. */
  raw(buffer: ArrayBufferLike, offset: number, count: number): ArrayLike<number>
  /** From the message's lists of numbers. */
  listed(message: TensorProto): ArrayLike<number>
}

type Typed = new (buffer: ArrayBufferLike, offset: number, count: number) => ArrayLike<number>

const plainNumbers = (
  dtype: DType,
  bytes: number,
  Numbers: Typed,
  listed: (message: TensorProto) => ArrayLike<number>,
): Encoding => ({ dtype, bytes, raw: (buffer, offset, count) => new Numbers(buffer, offset, count), listed })

const halves = (decode: (bits: number) => number): Encoding => ({
  dtype: 'f32',
  bytes: 2,
  raw: (buffer, offset, count) => Float32Array.from(new Uint16Array(buffer, offset, count), decode),
  listed: ({ int32Data }) => Float32Array.from(int32Data, decode),
})

/** Counts and axes of 64 bits, saturated to the 32 that we have: INT64_MAX, as the end of a slice, stays past every end. */
const saturated = (value: bigint): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Number(value)))

const encodings = new Map<number, Encoding>([
  [Type.FLOAT, plainNumbers('f32', 4, Float32Array, ({ floatData }) => floatData)],
  [Type.DOUBLE, plainNumbers('f32', 8, Float64Array, ({ doubleData }) => doubleData)],
  [Type.FLOAT16, halves(fromHalf)],
  [Type.BFLOAT16, halves(fromBrain)],
  [Type.BOOL, plainNumbers('bool', 1, Uint8Array, ({ int32Data }) => int32Data)],
  [Type.UINT8, plainNumbers('u8', 1, Uint8Array, ({ int32Data }) => int32Data)],
  [Type.INT8, plainNumbers('i32', 1, Int8Array, ({ int32Data }) => int32Data)],
  [Type.UINT16, plainNumbers('i32', 2, Uint16Array, ({ int32Data }) => int32Data)],
  [Type.INT16, plainNumbers('i32', 2, Int16Array, ({ int32Data }) => int32Data)],
  [Type.INT32, plainNumbers('i32', 4, Int32Array, ({ int32Data }) => int32Data)],
  [
    Type.INT64,
    {
      dtype: 'i32',
      bytes: 8,
      raw: (buffer, offset, count) => Array.from(new BigInt64Array(buffer, offset, count), saturated),
      listed: ({ int64Data }) => int64Data.map(saturated),
    },
  ],
])

/** The type in which values of an ONNX type are computed; null where there is none. */
export const dtypeOf = (type: number): DType | null => encodings.get(type)?.dtype ?? null

/** An ONNX type's name, for messages. */
export const typeName = (type: number): string =>
  Object.entries(Type)
    .find(([, value]) => value === type)?.[0]
    .toLowerCase() ?? `number ${type}`

/** What a tensor of the file holds, checked against its shape; its numbers are decoded when they are read. */
export function storedTensor(message: TensorProto, name: string, external: External | null): Stored {
  const what = `The tensor '${name}' of the ONNX model`
  const encoding = encodings.get(message.dataType)
  if (encoding === undefined) {
    throw new UserError(`${what} holds numbers of type ${typeName(message.dataType)}, which cannot be computed with.`)
  }
  const shape = message.dims.map(Number)
  const count = sizeOf(shape)
  if (shape.some((extent) => extent < 0) || !Number.isSafeInteger(count)) {
    throw new UserError(`${what} has the shape ${showShape(shape)}, which makes no sense; the file is damaged.`)
  }
  const { dtype, bytes } = encoding
  const fault = (held: number) =>
    new UserError(`${what} holds ${held} numbers instead of the ${count} of its shape ${showShape(shape)}.`)

  const raw = message.dataLocation === TensorProto_DataLocation.EXTERNAL ? elsewhere(message, what, external) : null
  const inside = raw ?? (message.rawData.length > 0 ? message.rawData : null)
  if (inside === null) {
    const numbers = encoding.listed(message)
    if (numbers.length !== count) throw fault(numbers.length)
    return { name, shape, dtype, read: () => numbers }
  }
  if (inside.length !== count * bytes) throw fault(inside.length / bytes)
  return {
    name,
    shape,
    dtype,
    read() {
      const standsWell = inside.byteOffset % bytes === 0
      const { buffer, byteOffset } = standsWell ? inside : new Uint8Array(inside)
      return encoding.raw(buffer, byteOffset, count)
    },
  }
}

function elsewhere({ externalData }: TensorProto, what: string, external: External | null): Uint8Array {
  const facts = new Map(externalData.map(({ key, value }) => [key, value]))
  const location = facts.get('location') ?? ''
  if (external === null) {
    throw new UserError(
      `${what} stands in another file ('${location}'); save the model as one file with its weights inside.`,
    )
  }
  if (location === '' || /^[/\\]|^\w:|(^|[/\\])\.\.([/\\]|$)/.test(location))
    throw new UserError(`${what} stands in the file '${location}', which is not beside the model.`)
  const file = external(location)
  const offset = Number(facts.get('offset') ?? 0)
  const length = Number(facts.get('length') ?? file.length - offset)
  if (!(offset >= 0 && length >= 0 && offset + length <= file.length)) {
    throw new UserError(`${what} stands beyond the end of the file '${location}' (${file.length} bytes).`)
  }
  return file.subarray(offset, offset + length)
}
