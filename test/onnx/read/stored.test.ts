import { create } from '@bufbuild/protobuf'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import {
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
} from '../../../src/onnx/generated/onnx_pb.ts'
import { readOnnx } from '../../../src/onnx/read/model.ts'
import type { DType } from '../../../src/tensor/tensor.ts'
import { changed, node } from './hand-made.ts'
import { interpreted } from './reading.ts'

describe('numbers of every type', () => {
  const half = (value: number): number => {
    const bits = new Uint32Array(Float32Array.of(value).buffer)[0]
    return ((bits >> 16) & 0x8000) | ((((bits >> 23) & 0xff) - 112) << 10) | ((bits >> 13) & 0x3ff)
  }
  const halves = [0.5, -1.25, 3, 1024]
  const values = [3, -4, 5, 0]
  const { FLOAT, FLOAT16, BFLOAT16, DOUBLE, INT8, INT16, INT32, INT64, UINT8, UINT16, BOOL } = TensorProto_DataType
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer)
  const cases: [string, MessageInitShape<typeof TensorProtoSchema>, DType, readonly number[]][] = [
    ['f32 in raw bytes', { dataType: FLOAT, rawData: bytes(Float32Array.from(halves)) }, 'f32', halves],
    ['f32 in a list', { dataType: FLOAT, floatData: halves }, 'f32', halves],
    ['f64 in raw bytes', { dataType: DOUBLE, rawData: bytes(Float64Array.from(halves)) }, 'f32', halves],
    ['f64 in a list', { dataType: DOUBLE, doubleData: halves }, 'f32', halves],
    ['f16 in raw bytes', { dataType: FLOAT16, rawData: bytes(Uint16Array.from(halves, half)) }, 'f32', halves],
    ['f16 in a list', { dataType: FLOAT16, int32Data: halves.map(half) }, 'f32', halves],
    [
      'f16 at its ends',
      { dataType: FLOAT16, int32Data: [0x7bff, 0x0001, 0x7c00, 0x8000] },
      'f32',
      [65504, 2 ** -24, Infinity, -0],
    ],
    ['bf16', { dataType: BFLOAT16, int32Data: [0x3f80, 0xc040, 0, 0x4120] }, 'f32', [1, -3, 0, 10]],
    ['i64 in raw bytes', { dataType: INT64, rawData: bytes(BigInt64Array.from(values, BigInt)) }, 'i32', values],
    ['i64 in a list', { dataType: INT64, int64Data: values.map(BigInt) }, 'i32', values],
    [
      'i64 beyond i32',
      { dataType: INT64, int64Data: [2n ** 62n, -(2n ** 62n), 1n, 2n] },
      'i32',
      [2 ** 31 - 1, -(2 ** 31), 1, 2],
    ],
    ['i32 in raw bytes', { dataType: INT32, rawData: bytes(Int32Array.from(values)) }, 'i32', values],
    ['i32 in a list', { dataType: INT32, int32Data: values }, 'i32', values],
    ['i16', { dataType: INT16, rawData: bytes(Int16Array.from(values)) }, 'i32', values],
    ['i8', { dataType: INT8, rawData: bytes(Int8Array.from(values)) }, 'i32', values],
    ['u16', { dataType: UINT16, rawData: bytes(Uint16Array.of(1, 2, 3, 65535)) }, 'i32', [1, 2, 3, 65535]],
    ['u8', { dataType: UINT8, rawData: Uint8Array.of(1, 2, 3, 255) }, 'u8', [1, 2, 3, 255]],
    ['bool', { dataType: BOOL, rawData: Uint8Array.of(1, 0, 0, 1) }, 'bool', [1, 0, 0, 1]],
  ]
  it.each(cases)('%s', (_name, numbers, dtype, expected) => {
    const file = changed({ inputs: {}, nodes: [node('Identity', ['t'], 'y')], outputs: { y: 'f32' } }, ({ graph }) => {
      graph?.initializer.push(create(TensorProtoSchema, { name: 't', dims: [2n, 2n], ...numbers }))
    })
    // At an odd place in memory, as files within files stand.
    const shifted = new Uint8Array(file.length + 1)
    shifted.set(file, 1)
    const { y } = interpreted(shifted.subarray(1), {})
    expect(y).toEqual({ dtype, shape: [2, 2], values: expected })
  })
})

describe('weights in another file', () => {
  const file = new Uint8Array(Float32Array.of(7, 1, 2, 3, 4, 8).buffer)
  const external = (facts: Record<string, string>) =>
    changed({ inputs: {}, nodes: [node('Identity', ['t'], 'y')], outputs: { y: 'f32' } }, ({ graph }) => {
      graph?.initializer.push(
        create(TensorProtoSchema, {
          name: 't',
          dims: [4n],
          dataType: TensorProto_DataType.FLOAT,
          dataLocation: TensorProto_DataLocation.EXTERNAL,
          externalData: Object.entries(facts).map(([key, value]) => ({ key, value })),
        }),
      )
    })

  it('are read where the caller brings it', () => {
    const asked: string[] = []
    const bytes = external({ location: 'model.onnx.data', offset: '4', length: '16' })
    const model = readOnnx(bytes, { external: (location) => (asked.push(location), file) })
    expect([...model.weights[0].values()]).toEqual([1, 2, 3, 4])
    expect(asked).toEqual(['model.onnx.data'])
  })

  it.each([
    [{ location: 'w.data', offset: '16' }, 'holds 2 numbers instead of the 4'],
    [{ location: 'w.data', offset: '16', length: '16' }, "stands beyond the end of the file 'w.data' (24 bytes)"],
    [{ location: '../w.data' }, 'which is not beside the model'],
    [{ location: '/etc/passwd' }, 'which is not beside the model'],
    [{ location: 'C:\\w.data' }, 'which is not beside the model'],
  ])('%j is refused', (facts, message) => {
    expect(() => readOnnx(external(facts), { external: () => file })).toThrow(message)
  })

  it('are refused where nobody brings it', () => {
    expect(() => readOnnx(external({ location: 'w.data' }))).toThrow("stands in another file ('w.data')")
  })
})
