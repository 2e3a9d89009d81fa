import type { NodeProto, TensorProto } from '../../../../src/onnx/generated/onnx_pb.ts'
import type { Shape } from '../../../../src/tensor/tensor.ts'
import { node } from '../hand-made.ts'
import type { ElementType } from '../hand-made.ts'

/** A small model of one input to be computed here and by ONNX Runtime. */
export interface Case {
  readonly nodes: readonly NodeProto[]
  readonly tables?: readonly TensorProto[]
  /** The shape of the input x; default [2, 6, 5, 4]. */
  readonly x?: Shape
  /** Between which numbers x lies; default -2 and 2. */
  readonly low?: number
  readonly high?: number
  /** The type of x; default f32. */
  readonly dtype?: 'i32' | 'bool'
  /** Types by name; default y, which is f32. */
  readonly outputs?: Readonly<Record<string, ElementType>>
  /** Of the operations; default 17. */
  readonly version?: number
}

export type Groups = Readonly<Record<string, readonly Case[]>>

/** One operation from x to y. */
export const of = (
  type: string,
  settings: Parameters<typeof node>[3] = {},
  more: readonly string[] = [],
): NodeProto[] => [node(type, ['x', ...more], 'y', settings)]
