import { range } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Kind, Origin, Tensor } from '../tensor/tensor.ts'
import { commonArrangement, leavingTensors } from './agreement.ts'
import { completeOrder, inOrder, occupied, separate, standingExtents, stands } from './arrangement.ts'
import type { Arrangement, Value } from './arrangement.ts'
import { extentVectors } from './extent-vectors.ts'
import { isOne } from './extent.ts'
import type { Extent } from './extent.ts'
import type { AttributeProto } from './generated/onnx_pb.ts'
import type { GraphBuilder, Handle } from './graph-builder.ts'
import { movements } from './movement.ts'
import type { Traces } from './trace.ts'

/** What the form of a tensor is written with. */
export interface Writer extends Pick<Traces, 'extentsOf' | 'attribute'>, Pick<GraphBuilder, 'constant'> {
  /** The extent 1. */
  readonly one: Extent
  /** Says what stands for a tensor. */
  define(tensor: Tensor, value: Value): void
  /** What stands for a tensor, as it stands. */
  value(tensor: Tensor): Value
  /** Whether a tensor stands with none of its repetitions left out. */
  isWhole(tensor: Tensor): boolean
  /** How the operands of a tensor should stand, so that little is moved. */
  common(tensor: Tensor): Arrangement
  /** All axes of a tensor, in the order in which they are moved least. */
  order(tensor: Tensor): number[]
  /** The whole tensor, standing so. */
  place(tensor: Tensor, axes: Arrangement): Handle
  /** The tensor in its own shape. */
  full(tensor: Tensor): Handle
  /** A value standing so, repetitions and axes of size 1 in front left out: for operators that repeat by themselves. */
  narrow(tensor: Tensor, axes?: Arrangement): Value
  /** Whether the tensor is written as such a primitive and read exactly once, so that it may be written as a part of its reader. */
  isPart<K extends Kind>(tensor: Tensor, kind: K): tensor is Tensor<K>
  /** The name by which a tensor is written that is read exactly once. */
  nameOfPart(tensor: Tensor): Origin | undefined
  /** An operator named after the path of a tensor. */
  operator(
    tensor: Tensor,
    type: string,
    inputs: readonly (Handle | null)[],
    attributes?: readonly AttributeProto[],
  ): Handle
  /** An operator that gives the whole tensor, its axes in their own order where no other is told. */
  whole(
    tensor: Tensor,
    type: string,
    inputs: readonly (Handle | null)[],
    attributes?: readonly AttributeProto[],
    axes?: Arrangement,
  ): Value
  /** Named after a tensor as well. */
  reshape(tensor: Tensor, handle: Handle, from: readonly Extent[], to: readonly Extent[]): Handle
  expand(tensor: Tensor, handle: Handle, from: readonly Extent[], to: readonly Extent[]): Handle
  /** An i64 vector; entries that follow the batch size are computed from an input's shape at run time. */
  vector(label: string, entries: readonly Extent[]): Handle
}

export function createWriter(traces: Traces, builder: GraphBuilder): Writer {
  const { graph, batches, order, extentsOf, inputsOf, originOf, attribute } = traces
  const { operator, constant } = builder
  const one: Extent = batches.length === 0 ? [1] : batches.map(() => 1)
  const values = new Map<Tensor, Value>()
  const vector = extentVectors(traces, builder, (tensor) => value(tensor).handle)
  const move = movements(builder, vector)
  const leaving = leavingTensors(traces)
  const uses = new Map<Tensor, number>()
  for (const tensor of [...order.flatMap(inputsOf), ...graph.outputs.map((output) => output.tensor)]) {
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1)
  }

  function value(tensor: Tensor): Value {
    const known = values.get(tensor)
    if (known === undefined)
      throw new Error(`The ${tensor.primitive.kind} in '${tensor.path}' is used before it is defined.`)
    return known
  }

  /** Whether a tensor is read once, and no constant: of what a constant was computed from, nothing is written. */
  const isWrittenForOne = (tensor: Tensor): boolean => uses.get(tensor) === 1 && inputsOf(tensor).length > 0

  const isWhole = (tensor: Tensor): boolean => {
    const { extents } = value(tensor)
    return extentsOf(tensor).every((extent, axis) => isOne(extent) || !isOne(extents[axis]))
  }

  /** A value as it is, standing so; `axes` have all of its axes that are longer than 1. */
  function settled(path: string, { handle, axes, extents }: Value, target: Arrangement): Handle {
    if (stands({ axes, extents }, target)) return handle
    const [from, to] = [axes, target].map((arrangement) => arrangement.map((joined) => occupied(joined, extents)))
    const sizes = (arrangement: Arrangement) => standingExtents(arrangement, extents, one)
    if (from.flat().join() === to.flat().join()) return move.reshape(path, handle, sizes(from), sizes(to))
    const permutation = permutationBetween(from, to)
    if (permutation !== null) return move.transpose(path, handle, permutation)
    const wanted = target.flatMap((joined, index) => (to[index].length > 0 ? to[index] : joined.slice(0, 1)))
    const apart = completeOrder({ axes: from }, extents.length).filter((axis) => wanted.includes(axis))
    const split = settled(path, { handle, axes, extents }, separate(apart))
    const places = wanted.map((axis) => apart.indexOf(axis))
    const moved = { handle: move.transpose(path, split, places), axes: separate(wanted), extents }
    return settled(path, moved, target)
  }

  /** A value standing so, axes of size 1 in front left out. */
  function aligned(path: string, standing: Value, target: Arrangement): Value {
    const { extents } = standing
    const first = target.findIndex((joined) => occupied(joined, extents).length > 0)
    const most = first < 0 ? target.length : first
    // Where such axes are there already, they stay.
    const start = range(most + 1).find((index) => stands(standing, target.slice(index))) ?? most
    const axes = target.slice(start)
    return { handle: settled(path, standing, axes), axes, extents }
  }

  function place(tensor: Tensor, axes: Arrangement): Handle {
    const { path } = tensor
    const extents = extentsOf(tensor)
    if (isWhole(tensor)) return settled(path, value(tensor), axes)
    // Axes that are joined are joined when they are there.
    const apart = axes.every((joined) => joined.length === 1) ? axes : separate(axes.flat())
    const narrower = aligned(path, value(tensor), apart)
    const from = standingExtents(narrower.axes, narrower.extents, one)
    const whole = move.expand(path, narrower.handle, from, standingExtents(apart, extents, one))
    return settled(path, { handle: whole, axes: apart, extents }, axes)
  }

  return {
    one,
    extentsOf,
    attribute,
    constant,
    define: (tensor, standing) => void values.set(tensor, standing),
    value,
    isWhole,
    common(tensor) {
      const isComputed = ({ handle }: Value) => builder.isComputed(handle)
      return commonArrangement(tensor.inputs.map(value), tensor.shape.length, {
        isComputed,
        leaves: leaving.has(tensor),
      })
    },
    order: (tensor) => completeOrder(value(tensor), tensor.shape.length),
    place,
    full: (tensor) => place(tensor, inOrder(tensor.shape.length)),
    narrow: (tensor, axes = inOrder(tensor.shape.length)) => aligned(tensor.path, value(tensor), axes),
    isPart: (tensor, kind): tensor is Tensor<typeof kind> =>
      isKind(tensor, kind) && originOf(tensor) === undefined && isWrittenForOne(tensor),
    nameOfPart: (tensor) => (isWrittenForOne(tensor) ? originOf(tensor) : undefined),
    operator: ({ path }, type, inputs, attributes) => operator(path, type, inputs, attributes),
    whole: (tensor, type, inputs, attributes, axes = inOrder(tensor.shape.length)) => ({
      handle: operator(tensor.path, type, inputs, attributes),
      axes,
      extents: extentsOf(tensor),
    }),
    reshape: ({ path }, handle, from, to) => move.reshape(path, handle, from, to),
    expand: ({ path }, handle, from, to) => move.expand(path, handle, from, to),
    vector,
  }
}

/** Which axis of the one goes where in the other, where whole axes change places; else null. */
function permutationBetween(from: Arrangement, to: Arrangement): number[] | null {
  const left = from.map((joined) => joined.join())
  const permutation = to.map((joined) => {
    const index = left.indexOf(joined.join())
    if (index >= 0) left[index] = 'taken'
    return index
  })
  return from.length === to.length && !permutation.includes(-1) ? permutation : null
}
