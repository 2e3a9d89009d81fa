import { UserError } from '../../tensor/errors.ts'
import { constant, literal } from '../../tensor/operations/index.ts'
import { range, sameShape, sizeOf, stridesOf } from '../../tensor/shape.ts'
import { showShape } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import type { GraphProto, NodeProto } from '../generated/onnx_pb.ts'
import type { Stored } from './stored.ts'
import { kernelOrder } from './view.ts'
import type { View } from './view.ts'

/** Floats that a model brings with it. */
export interface OnnxWeight {
  /** Its name in the file. */
  readonly name: string
  /** As our operations want it: kernels of convolutions are [height, width, in, out], others stand as in the file. */
  readonly shape: Shape
  /** Its numbers, row-major. They are read from the file at every call and kept nowhere. */
  values(): Float32Array
}

/** A weight, and which of its axes are which of the file's. */
export interface StandingWeight extends OnnxWeight {
  readonly order: readonly number[]
}

/** Whether numbers of a file are a weight; other tables, and single numbers, become part of what is traced. */
export const isWeight = ({ dtype, shape }: Stored): boolean => dtype === 'f32' && sizeOf(shape) > 1

/** How the first operation that reads a weight wants it to stand, by the weight's name. */
export function wantedOrders({ node }: GraphProto): ReadonlyMap<string, readonly number[]> {
  const isKernel = ({ opType }: NodeProto) => opType === 'Conv' || opType === 'ConvTranspose'
  return new Map(node.filter(isKernel).map(({ input }) => [input[1] ?? '', kernelOrder]))
}

export function standingWeight(stored: Stored, wanted: readonly number[] | undefined): StandingWeight {
  const { name, shape } = stored
  const order = wanted?.length === shape.length ? wanted : range(shape.length)
  return {
    name,
    order,
    shape: order.map((axis) => shape[axis]),
    values: () => permuted(stored.read(), shape, order),
  }
}

/** What stands for a weight, after a check that it is a tensor of its shape. */
export function weightView({ name, shape, order }: StandingWeight, tensor: Tensor): View {
  if (tensor.dtype === 'f32' && sameShape(tensor.shape, shape)) return { tensor, order }
  throw new UserError(
    `The weight '${name}' of the ONNX model is f32${showShape(shape)}, but it is to be ${tensor.dtype}${showShape(tensor.shape)}.`,
  )
}

/** Numbers that become part of what is traced. */
export function literalOf({ shape, dtype, read }: Stored): Tensor {
  const values = Array.from(read())
  return shape.length === 0 ? constant(values[0], dtype) : literal(values, shape, dtype)
}

function permuted(values: ArrayLike<number>, shape: Shape, order: readonly number[]): Float32Array {
  if (order.every((axis, index) => axis === index))
    return values instanceof Float32Array ? values : Float32Array.from(values)
  const strides = stridesOf(shape)
  const result = new Float32Array(values.length)
  let written = 0
  const walk = (depth: number, from: number): void => {
    const [extent, stride] = [shape[order[depth]], strides[order[depth]]]
    for (let index = 0; index < extent; index++) {
      if (depth === order.length - 1) result[written++] = values[from + index * stride]
      else walk(depth + 1, from + index * stride)
    }
  }
  walk(0, 0)
  return result
}
