import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../../src/onnx/generated/onnx_pb.ts'
import type {
  AttributeProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from '../../../src/onnx/generated/onnx_pb.ts'
import { input as inputTensor } from '../../../src/tensor/operations/index.ts'
import type { DType, Shape } from '../../../src/tensor/tensor.ts'
import { spread } from '../onnx-runtime.ts'

/** What hand-made models hold, and how it is written down. */
export type ElementType = DType | 'i64'
const elements = {
  f32: { type: TensorProto_DataType.FLOAT, of: (values: readonly number[]) => Float32Array.from(values) },
  i32: { type: TensorProto_DataType.INT32, of: (values: readonly number[]) => Int32Array.from(values) },
  i64: { type: TensorProto_DataType.INT64, of: (values: readonly number[]) => BigInt64Array.from(values, BigInt) },
  u8: { type: TensorProto_DataType.UINT8, of: (values: readonly number[]) => Uint8Array.from(values) },
  bool: { type: TensorProto_DataType.BOOL, of: (values: readonly number[]) => Uint8Array.from(values) },
}

/** What attributes may be: whole numbers are INT, others FLOAT unless said otherwise. */
type Setting = number | string | readonly number[] | AttributeProto

export const node = (
  opType: string,
  input: readonly string[],
  output: string | readonly string[],
  settings: Readonly<Record<string, Setting>> = {},
): NodeProto =>
  create(NodeProtoSchema, {
    opType,
    name: `${opType} of ${typeof output === 'string' ? output : output[0]}`,
    input: [...input],
    output: typeof output === 'string' ? [output] : [...output],
    attribute: Object.entries(settings).map(([name, value]) => attribute(name, value)),
  })

function attribute(name: string, value: Setting): AttributeProto {
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: Type.STRING, s: new TextEncoder().encode(value) })
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? create(AttributeProtoSchema, { name, type: Type.INT, i: BigInt(value) })
      : { ...real(value), name }
  if ('$typeName' in value) return { ...value, name }
  return create(AttributeProtoSchema, { name, type: Type.INTS, ints: value.map(BigInt) })
}

/** An attribute that is a float though it is whole. */
export const real = (f: number): AttributeProto => create(AttributeProtoSchema, { type: Type.FLOAT, f })

export const floats = (values: readonly number[]): AttributeProto =>
  create(AttributeProtoSchema, { type: Type.FLOATS, floats: [...values] })

export const tensor = (t: TensorProto): AttributeProto => create(AttributeProtoSchema, { type: Type.TENSOR, t })

export function table(name: string, shape: Shape, values: readonly number[], type: ElementType = 'f32'): TensorProto {
  const rawData = new Uint8Array(elements[type].of(values).buffer)
  return create(TensorProtoSchema, { name, dims: shape.map(BigInt), dataType: elements[type].type, rawData })
}

/** Weights that look random and are the same every time. */
export const weight = (name: string, shape: Shape, seed: number, low = -0.5, high = 0.5): TensorProto =>
  table(name, shape, spread(shape, seed, low, high))

export const list = (name: string, values: readonly number[]): TensorProto =>
  table(name, [values.length], values, 'i64')

export interface HandMade {
  readonly inputs: Readonly<
    Record<string, { readonly type?: ElementType; readonly shape: readonly (number | string)[] }>
  >
  readonly nodes: readonly NodeProto[]
  readonly tables?: readonly TensorProto[]
  /** Types by name. */
  readonly outputs: Readonly<Record<string, ElementType>>
  readonly version?: number
  readonly metadata?: Readonly<Record<string, string>>
}

/** An end of a model; without a shape where that is left out. */
function end(name: string, type: ElementType, shape?: readonly (number | string)[]): ValueInfoProto {
  const dim = shape?.map((extent) =>
    typeof extent === 'string'
      ? { value: { case: 'dimParam' as const, value: extent } }
      : { value: { case: 'dimValue' as const, value: BigInt(extent) } },
  )
  const value = { elemType: elements[type].type, ...(dim ? { shape: { dim } } : {}) }
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value } } })
}

/** A model made by hand, as the bytes of a file. Shapes of outputs are left out, as they may be. */
export function bytesOfModel({
  inputs,
  nodes,
  tables = [],
  outputs,
  version = 17,
  metadata = {},
}: HandMade): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: BigInt(version) }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'hand-made',
      node: [...nodes],
      initializer: [...tables],
      input: Object.entries(inputs).map(([name, { type = 'f32', shape }]) => end(name, type, shape)),
      output: Object.entries(outputs).map(([name, type]) => end(name, type)),
    },
  })
  return toBinary(ModelProtoSchema, model)
}

/** The bytes of a model after changes to its messages. */
export function changed(model: HandMade, change: (message: ModelProto) => void): Uint8Array {
  const message = fromBinary(ModelProtoSchema, bytesOfModel(model))
  change(message)
  return toBinary(ModelProtoSchema, message)
}

/** A convolution of images with three channels, and what it gives cut off below 0. */
export const convolution: HandMade = {
  inputs: { x: { shape: ['batch', 3, 4, 4] } },
  nodes: [node('Conv', ['x', 'kernel', 'bias'], 'y'), node('Clip', ['y', 'low'], 'z')],
  tables: [weight('kernel', [5, 3, 2, 1], 1), weight('bias', [5], 2), table('low', [], [0])],
  outputs: { z: 'f32' },
  metadata: { made: 'by hand' },
}

/** Weights that are fed. */
export const asInput = ({ name, shape }: { name: string; shape: Shape }) => inputTensor(name, shape)
