import { fromBinary } from '@bufbuild/protobuf'
import { UserError } from '../../tensor/errors.ts'
import type { DType } from '../../tensor/tensor.ts'
import { ModelProtoSchema } from '../generated/onnx_pb.ts'
import type { GraphProto, ModelProto, ValueInfoProto } from '../generated/onnx_pb.ts'
import type { Dimension } from '../messages.ts'
import { dtypeOf, typeName } from './stored.ts'

/** The versions of the operations that are known here; the newest models of today are written for 17 to 20. */
const [oldest, newest] = [9, 23]

/** An ONNX file's graph, decoded and looked over, and what else the file tells. */
export interface OnnxFile {
  readonly graph: GraphProto
  readonly version: number
  readonly metadata: Readonly<Record<string, string>>
}

/** Decodes a file. Throws UserError where it is no ONNX model or one that cannot be read. */
export function decodeFile(bytes: Uint8Array): OnnxFile {
  const model = decoded(bytes)
  const { graph } = model
  if (graph === undefined || graph.output.length === 0)
    throw new UserError('This is no ONNX model: it has no graph with outputs. Give an .onnx file.')
  const version = Number(model.opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0)
  if (!(version >= oldest && version <= newest)) {
    throw new UserError(
      `The ONNX model is written for version ${version} of the operations; versions ${oldest} to ${newest} are known here, so export it for one of them.`,
    )
  }
  if (graph.sparseInitializer.length > 0)
    throw new UserError('The ONNX model holds sparse weights, which cannot be read; save it with dense ones.')
  return { graph, version, metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])) }
}

/** Whether a domain is that of ONNX itself. */
export const isStandard = (domain: string): boolean => domain === '' || domain === 'ai.onnx'

function decoded(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes)
  } catch {
    // Whatever the decoder says of such bytes, it names no byte that helps.
    throw new UserError('This is no whole ONNX model: its bytes cannot be decoded. Give an undamaged .onnx file.')
  }
}

/** An input or output as the file declares it. */
export interface OnnxValue {
  /** Its name in the file. */
  readonly name: string
  /** Axes that are free have a name or null; null where the file does not say how many there are. */
  readonly shape: readonly Dimension[] | null
  /** As which type it is computed with: floats of any size as f32, whole numbers as i32. */
  readonly dtype: DType
}

export function declaredValue({ name, type }: ValueInfoProto): OnnxValue {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : null
  const dtype = tensor === null ? null : dtypeOf(tensor.elemType)
  if (tensor === null || dtype === null) {
    const kind = tensor === null ? 'no tensor' : `a tensor of type ${typeName(tensor.elemType)}`
    throw new UserError(`'${name}' of the ONNX model is ${kind}, which cannot be computed with.`)
  }
  const shape = tensor.shape?.dim.map(({ value }): Dimension => {
    if (value.case === 'dimParam') return value.value === '' ? null : value.value
    return value.case === 'dimValue' && value.value > 0n ? Number(value.value) : null
  })
  return { name, shape: shape ?? null, dtype }
}
