import { UserError } from '../../tensor/errors.ts'
import { normalizeAxis, range } from '../../tensor/shape.ts'
import { AttributeProto_AttributeType as Type } from '../generated/onnx_pb.ts'
import type { AttributeProto, NodeProto } from '../generated/onnx_pb.ts'
import { storedTensor } from './stored.ts'
import type { Stored } from './stored.ts'
import type { View } from './view.ts'

/** One operation of an ONNX graph, as the function that makes tensors of it sees it. Whatever does not fit throws a UserError. */
export interface Node {
  readonly type: string
  /** The version of the set of operations that the model was written for. */
  readonly version: number
  /** How many inputs are listed; those in the middle may be left out. */
  readonly inputs: number
  /** How many outputs are listed. */
  readonly outputs: number
  has(index: number): boolean
  input(index: number): View
  optional(index: number): View | null
  /** All inputs, none of which may be left out. */
  all(): View[]
  /** The numbers of an input that must be known while the model is read, such as a shape. */
  numbers(index: number): readonly number[]
  /** The same, where they are extents: whole numbers from 0 on. */
  extents(index: number): readonly number[]
  /** An attribute that is a whole number; required without a fallback. */
  int(name: string, fallback?: number): number
  float(name: string, fallback: number): number
  text(name: string, fallback: string): string
  ints(name: string): readonly number[] | null
  floats(name: string): readonly number[] | null
  stored(name: string): Stored | null
  /** 0, 1, 2, ... for what is worked through one by one while a model is read; refuses what only a damaged file asks for. */
  upTo(count: number): number[]
  /** An axis counted from the front. */
  axis(axis: number, rank: number): number
  /** What to throw: `why` follows the operation's name, as in "has no input 2". */
  error(why: string): UserError
}

/** Makes tensors of an operation's inputs: what its first outputs are. */
export type Operator = (node: Node) => View | readonly View[]

/** Where a node finds what it reads. */
export interface Values {
  /** What stands for a name; null where nothing has it. */
  view(name: string): View | null
  /** The numbers of a name where they are known, else null. */
  numbers(name: string): readonly number[] | null
}

const mostListed = 65536

/** An operation's name for messages and paths: its own, or else that of what it gives. */
export const nodeName = ({ name, output }: NodeProto): string => (name === '' ? (output[0] ?? '') : name)

export const nodeError = (node: NodeProto, why: string): UserError =>
  new UserError(`In the ONNX model, ${node.opType} '${nodeName(node)}' ${why}.`)

export function readNode(message: NodeProto, version: number, values: Values): Node {
  const error = (why: string): UserError => nodeError(message, why)
  const has = (index: number): boolean => (message.input[index] ?? '') !== ''

  function input(index: number): View {
    if (!has(index)) throw error(`has no input ${index + 1}`)
    const view = values.view(message.input[index])
    if (view === null) throw error(`reads '${message.input[index]}', which nothing before it gives`)
    return view
  }

  function numbers(index: number): readonly number[] {
    if (!has(index)) throw error(`has no input ${index + 1}`)
    const known = values.numbers(message.input[index])
    if (known !== null) return known
    throw error(
      `takes its input '${message.input[index]}' only as numbers that the file holds, or computed from shapes`,
    )
  }

  function attribute(name: string, type: Type): AttributeProto | null {
    const found = message.attribute.find((one) => one.name === name)
    if (found === undefined) return null
    // Old files leave the type out.
    if (found.type !== type && found.type !== Type.UNDEFINED) throw error(`has an attribute '${name}' of another type`)
    return found
  }

  return {
    type: message.opType,
    version,
    inputs: message.input.length,
    outputs: message.output.length,
    has,
    input,
    optional: (index) => (has(index) ? input(index) : null),
    all: () => message.input.map((_, index) => input(index)),
    numbers,
    extents(index) {
      const found = numbers(index)
      if (found.every((extent) => Number.isInteger(extent) && extent >= 0)) return found
      throw error(`takes [${found.join(', ')}] for extents, which makes no sense`)
    },
    int(name, fallback) {
      const found = attribute(name, Type.INT)
      if (found === null && fallback === undefined) throw error(`has no attribute '${name}'`)
      return found === null ? (fallback ?? 0) : Number(found.i)
    },
    float: (name, fallback) => attribute(name, Type.FLOAT)?.f ?? fallback,
    text(name, fallback) {
      const found = attribute(name, Type.STRING)
      return found === null ? fallback : new TextDecoder().decode(found.s)
    },
    ints: (name) => attribute(name, Type.INTS)?.ints.map(Number) ?? null,
    floats: (name) => attribute(name, Type.FLOATS)?.floats ?? null,
    stored(name) {
      const tensor = attribute(name, Type.TENSOR)?.t
      return tensor === undefined ? null : storedTensor(tensor, nodeName(message), null)
    },
    upTo(count) {
      if (count >= 0 && count <= mostListed) return range(count)
      throw error(`asks for ${count} elements one by one, and at most ${mostListed} can be`)
    },
    axis(axis, rank) {
      const index = normalizeAxis(axis, rank)
      if (index < 0) throw error(`has no axis ${axis} in an input of ${rank} axes`)
      return index
    },
    error,
  }
}
