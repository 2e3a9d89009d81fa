/**
 * ONNX's messages as this house uses them: element types, tensors, attributes, whole models. What a graph means is not
 * known here, so that a writer and a reader can stand on it.
 */
import { create, toBinary } from '@bufbuild/protobuf'
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { DType } from '../tensor/tensor.ts'
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  Version,
} from './generated/onnx_pb.ts'
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from './generated/onnx_pb.ts'

/** ONNX counts extents, axes and positions in i64, which no tensor of ours has. */
export type OnnxType = DType | 'i64'

/**
 * ONNX Runtime knows these versions of the operators since 1.17. Its WebGPU device (1.30) has kernels for all that primitives are
 * written as, except those that docs/gpu.md names, which it leaves to the CPU.
 */
const operatorSet = 20n
const irVersion = BigInt(Version.IR_VERSION_2023_5_5)

const elementTypes: Record<OnnxType, TensorProto_DataType> = {
  f32: TensorProto_DataType.FLOAT,
  i32: TensorProto_DataType.INT32,
  i64: TensorProto_DataType.INT64,
  u8: TensorProto_DataType.UINT8,
  bool: TensorProto_DataType.BOOL,
}

/** Numbers as ONNX's raw data: little-endian, as is every machine that runs JavaScript today. */
export function rawBytes(type: OnnxType, values: ArrayLike<number>): Uint8Array {
  switch (type) {
    case 'f32':
      return bytesOf(Float32Array.from(values))
    case 'i32':
      return bytesOf(Int32Array.from(values))
    case 'i64':
      return bytesOf(BigInt64Array.from(values, BigInt))
    case 'u8':
      return Uint8Array.from(values)
    case 'bool':
      return Uint8Array.from(values, (value) => (value === 0 ? 0 : 1))
  }
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

export const tensorMessage = (
  name: string,
  type: OnnxType,
  shape: readonly number[],
  rawData: Uint8Array,
): TensorProto => create(TensorProtoSchema, { name, dataType: elementTypes[type], dims: shape.map(BigInt), rawData })

/** An extent of an input or output: a number, a name for what the caller chooses, null for what only running tells. */
export type Dimension = number | string | null

function dimension(extent: Dimension) {
  if (extent === null) return {}
  if (typeof extent === 'string') return { value: { case: 'dimParam' as const, value: extent } }
  return { value: { case: 'dimValue' as const, value: BigInt(extent) } }
}

export function valueMessage(name: string, type: OnnxType, dimensions: readonly Dimension[]): ValueInfoProto {
  const value = { elemType: elementTypes[type], shape: { dim: dimensions.map(dimension) } }
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value } } })
}

export const int = (name: string, value: number): AttributeProto =>
  create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) })

export const ints = (name: string, values: readonly number[]): AttributeProto =>
  create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: values.map(BigInt) })

/** The attributes of a Cast. */
export const castTo = (type: OnnxType): AttributeProto[] => [int('to', elementTypes[type])]

export const float = (name: string, value: number): AttributeProto =>
  create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value })

export const text = (name: string, value: string): AttributeProto =>
  create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(value) })

/** An operator with one output, which gives it its name. */
export const nodeMessage = (
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly AttributeProto[],
): NodeProto =>
  create(NodeProtoSchema, { name: output, opType, input: [...inputs], output: [output], attribute: [...attributes] })

type GraphContents = Required<
  Pick<
    Exclude<MessageInitShape<typeof ModelProtoSchema>['graph'], undefined>,
    'name' | 'node' | 'initializer' | 'input' | 'output'
  >
>

/** A model as the bytes of an .onnx file. */
export function modelBytes(graph: GraphContents, metadata: Readonly<Record<string, string>>): Uint8Array {
  const metadataProps = Object.entries(metadata).map(([key, value]) => ({ key, value }))
  const opsetImport = [{ domain: '', version: operatorSet }]
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { irVersion, opsetImport, producerName: 'forger-gan', graph, metadataProps }),
  )
}
