import type { Tensor } from '../tensor/tensor.ts'
import { affine, isFixed, sameExtent, sameExtents, showAffine } from './extent.ts'
import type { Affine, Extent } from './extent.ts'
import type { AttributeProto } from './generated/onnx_pb.ts'
import type { GraphBuilder, Handle } from './graph-builder.ts'
import { int } from './messages.ts'
import { notFree } from './trace.ts'
import type { Traces } from './trace.ts'

/**
 * What stands for a tensor in the ONNX graph. It may be narrower than the tensor, with axes missing or of size 1:
 * operators that broadcast by themselves take it as it is, others take it expanded.
 */
export interface Value {
  readonly handle: Handle
  readonly extents: readonly Extent[]
}

/** What the form of a tensor is written with. */
export interface Writer extends Pick<Traces, 'extentsOf' | 'attribute'>, Pick<GraphBuilder, 'constant'> {
  /** Says what stands for a tensor. */
  define(tensor: Tensor, value: Value): void
  /** What stands for a tensor, perhaps narrower. */
  narrow(tensor: Tensor): Value
  /** The tensor in its own shape. */
  full(tensor: Tensor): Handle
  /** Whether exactly one operation reads the tensor, once, so that it may be written as a part of that one. */
  usedOnce(tensor: Tensor): boolean
  /** An operator named after the path of a tensor. */
  operator(tensor: Tensor, type: string, inputs: readonly Handle[], attributes?: readonly AttributeProto[]): Handle
  /** An operator that gives the tensor in its own shape. */
  whole(tensor: Tensor, type: string, inputs: readonly Handle[], attributes?: readonly AttributeProto[]): Value
  /** An i64 vector; entries that follow the batch size are computed from an input's shape at run time. */
  vector(label: string, entries: readonly Extent[]): Handle
}

export function createWriter(
  { graph, batches, order, extentsOf, attribute }: Traces,
  { operator, constant }: GraphBuilder,
): Writer {
  const values = new Map<Tensor, Value>()
  const expanded = new Map<Tensor, Handle>()
  const followers = new Map<string, Handle>()
  const uses = new Map<Tensor, number>()
  for (const tensor of [...order.flatMap(({ inputs }) => inputs), ...graph.outputs.map((output) => output.tensor)]) {
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1)
  }

  function narrow(tensor: Tensor): Value {
    const value = values.get(tensor)
    if (value === undefined)
      throw new Error(`The ${tensor.primitive.kind} in '${tensor.path}' is used before it is defined.`)
    return value
  }

  function full(tensor: Tensor): Handle {
    const { handle, extents } = narrow(tensor)
    const whole = extentsOf(tensor)
    if (sameExtents(extents, whole)) return handle
    // Expand leaves an axis alone that is asked to become 1, which spares computing an extent that is there already.
    const there = (extent: Extent, axis: number) => sameExtent(extent, extents.at(axis - whole.length) ?? [])
    const target = whole.map((extent, axis) => (!isFixed(extent) && there(extent, axis) ? extent.map(() => 1) : extent))
    const result = expanded.get(tensor) ?? operator(tensor.path, 'Expand', [handle, vector('shape', target)])
    expanded.set(tensor, result)
    return result
  }

  function vector(label: string, entries: readonly Extent[]): Handle {
    const fixed = (part: readonly Extent[]) =>
      constant(
        label,
        'i64',
        [part.length],
        part.map(([value]) => value),
      )
    if (entries.every(isFixed)) return fixed(entries)
    const parts = entries.map((entry) => (isFixed(entry) ? fixed([entry]) : follower(entry)))
    return parts.length === 1 ? parts[0] : operator('batch', 'Concat', parts, [int('axis', 0)])
  }

  /** An i64 [1] that is computed from the batch size. */
  function follower(extent: Extent): Handle {
    const relation = affine(extent, batches)
    if (relation === null) throw notFree(`an extent is ${extent.join(', ')} with batch ${batches.join(', ')}`)
    const key = showAffine(relation)
    const handle = followers.get(key) ?? (sameExtent(extent, batches) ? batchSize() : computed(relation))
    followers.set(key, handle)
    return handle
  }

  function computed({ scale, offset }: Affine): Handle {
    const number = (value: number) => constant(`${value}`, 'i64', [1], [value])
    const batch = follower(batches)
    const product = scale === 1 ? batch : operator('batch', 'Mul', [batch, number(scale)])
    return offset === 0 ? product : operator('batch', 'Add', [product, number(offset)])
  }

  function batchSize(): Handle {
    for (const { tensor } of graph.inputs) {
      const axis = extentsOf(tensor).findIndex((extent) => sameExtent(extent, batches))
      if (axis >= 0)
        return operator('batch', 'Shape', [narrow(tensor).handle], [int('start', axis), int('end', axis + 1)])
    }
    throw notFree('none of its inputs has an axis as long as the batch')
  }

  return {
    extentsOf,
    attribute,
    constant,
    define: (tensor, value) => void values.set(tensor, value),
    narrow,
    full,
    usedOnce: (tensor) => uses.get(tensor) === 1,
    operator: ({ path }, type, inputs, attributes) => operator(path, type, inputs, attributes),
    whole: (tensor, type, inputs, attributes) => ({
      handle: operator(tensor.path, type, inputs, attributes),
      extents: extentsOf(tensor),
    }),
    vector,
  }
}
