import { UserError } from '../tensor/errors.ts'
import { topological } from '../tensor/graph.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Kind, Origin, Primitive, Tensor } from '../tensor/tensor.ts'
import { extentsFrom, isFixed } from './extent.ts'
import type { Extent } from './extent.ts'
import { usableNames } from './names.ts'

/** An end of a model. */
export interface NamedTensor {
  /** Its name in the model, which no other end has. */
  readonly name: string
  /** An input tensor, or what is computed from such. */
  readonly tensor: Tensor
}

/** An input of a model. */
export interface FedTensor extends NamedTensor {
  /** For i32: fed as i64 all the same, as the world of ONNX counts. */
  readonly type?: 'i64'
}

/** What becomes a model: outputs, what they are computed from at run time, and what the model brings with it. */
export interface ModelGraph {
  /** What the model is fed. */
  readonly inputs: readonly FedTensor[]
  /** What it gives. */
  readonly outputs: readonly NamedTensor[]
  /** Values of input tensors that become part of the model, under the tensors' own names. */
  readonly weights: ReadonlyMap<Tensor, Float32Array | Int32Array>
}

/** One graph as it was traced at one batch size or at several, the first trace standing for all. */
export interface Traces {
  readonly graph: ModelGraph
  /** The batch size of every trace; empty where it is not free. */
  readonly batches: Extent
  /** The inputs and what the outputs need, inputs before users. */
  readonly order: readonly Tensor[]
  /** The name that a tensor is to be written by; undefined where it is written as what it is made of. */
  originOf(tensor: Tensor): Origin | undefined
  /** From what a tensor is to be written. */
  inputsOf(tensor: Tensor): readonly Tensor[]
  extentsOf(tensor: Tensor): Extent[]
  /** A list of numbers among the attributes of a tensor of that kind. */
  attribute<K extends Kind>(tensor: Tensor, kind: K, read: (primitive: Primitive<K>) => readonly number[]): Extent[]
}

/** Three, so that what grows with the square of the batch cannot pass for a multiple of it; small groups divide them all. */
const tracedSizes: Extent = [4, 8, 12]

interface Trace {
  readonly graph: ModelGraph
  readonly order: readonly Tensor[]
  readonly position: ReadonlyMap<Tensor, number>
  readonly names: ReadonlyMap<Tensor, Origin>
}

export const traceOnce = (graph: ModelGraph): Traces => align([traceOf(graph)], [])

/** Traces a function at several batch sizes and finds what follows the size; all else must be equal. */
export function traceFreeBatch(trace: (batch: number) => ModelGraph): Traces {
  const all = tracedSizes.map((batch) => traceOf(trace(batch)))
  for (const [index, other] of all.entries()) requireTwins(all[0], other, tracedSizes[index])
  const traces = align(all, tracedSizes)
  if (traces.graph.inputs.every(({ tensor }) => traces.extentsOf(tensor).every(isFixed))) {
    throw notFree('none of its inputs has an axis that follows the batch size')
  }
  return traces
}

export const notFree = (why: string): UserError =>
  new UserError(
    `The graph cannot be exported with a free batch size: ${why}. Change that, or export it at one batch size.`,
  )

function align(traces: readonly Trace[], batches: Extent): Traces {
  const [first] = traces
  const versionsOf = (tensor: Tensor) => traces.map(({ order }) => order[first.position.get(tensor) ?? -1])
  return {
    graph: first.graph,
    batches,
    order: first.order,
    originOf: (tensor) => first.names.get(tensor),
    inputsOf: (tensor) => inputsOf(first, tensor),
    extentsOf: (tensor) => extentsFrom(versionsOf(tensor).map(({ shape }) => shape)),
    attribute: <K extends Kind>(tensor: Tensor, kind: K, read: (primitive: Primitive<K>) => readonly number[]) => {
      const versions = versionsOf(tensor).filter((version): version is Tensor<K> => isKind(version, kind))
      return extentsFrom(versions.map(({ primitive }) => read(primitive)))
    },
  }
}

function traceOf(graph: ModelGraph): Trace {
  const [inputs, outputs] = [graph.inputs, graph.outputs].map((ends) => new Set(ends.map(({ tensor }) => tensor)))
  const all = topological([...inputs, ...outputs])
  // Whatever an input was traced from stays outside: it is fed.
  const neededFor = (readBy: (tensor: Tensor) => readonly Tensor[]) => {
    const needed = new Set([...inputs, ...outputs])
    for (const tensor of all.toReversed()) {
      if (needed.has(tensor) && !inputs.has(tensor)) readBy(tensor).forEach((x) => needed.add(x))
    }
    return all.filter((tensor) => needed.has(tensor))
  }
  const everything = neededFor((tensor) => tensor.inputs)
  const names = usableNames(everything, inputs, outputs)
  const order = neededFor((tensor) => inputsOf({ names }, tensor))
  return { graph, order, position: new Map(order.map((tensor, index) => [tensor, index])), names }
}

const inputsOf = ({ names }: Pick<Trace, 'names'>, tensor: Tensor): readonly Tensor[] =>
  (names.get(tensor) ?? tensor).inputs

/** The attributes that may differ between batch sizes, as extents may; other numbers are part of what is computed. */
const following = new Set(['start', 'before', 'after', 'size'])

function requireTwins(first: Trace, other: Trace, batch: number): void {
  const sizes = `between batch ${tracedSizes[0]} and batch ${batch}`
  if (!same(ends(first), ends(other)) || first.order.length !== other.order.length) {
    throw notFree(`its operations, inputs or outputs differ ${sizes}`)
  }
  first.order.forEach((tensor, index) => {
    const twin = other.order[index]
    const name = first.names.get(tensor)?.name ?? tensor.primitive.kind
    const subject = `the ${name}${tensor.path === '' ? '' : ` in ${tensor.path}`}`
    const alike =
      tensor.dtype === twin.dtype &&
      tensor.shape.length === twin.shape.length &&
      same(positionsOf(first, inputsOf(first, tensor)), positionsOf(other, inputsOf(other, twin)))
    if (!alike) throw notFree(`${subject} differs in its type, rank or operands ${sizes}`)

    const twinAttributes = new Map(attributesOf(other, twin))
    for (const [attribute, value] of attributesOf(first, tensor)) {
      const twinValue = twinAttributes.get(attribute)
      if (same(value, twinValue) || (following.has(attribute) && !first.names.has(tensor))) continue
      const values = typeof value === 'number' && typeof twinValue === 'number' ? ` (${value} and ${twinValue})` : ''
      throw notFree(`${subject} differs in its ${attribute}${values} ${sizes}`)
    }
  })
}

/** What decides how a tensor is computed from its inputs. */
function attributesOf({ names }: Trace, tensor: Tensor): [name: string, value: unknown][] {
  const origin = names.get(tensor)
  return origin === undefined
    ? Object.entries(tensor.primitive)
    : Object.entries({ ...origin.attributes, kind: origin.name })
}

const positionsOf = ({ position }: Trace, tensors: readonly Tensor[]) => tensors.map((tensor) => position.get(tensor))

/** Names and places of inputs and outputs. */
const ends = ({ graph, position }: Trace) =>
  [...graph.inputs, ...graph.outputs].flatMap(({ name, tensor }) => [name, position.get(tensor)])

const same = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((value, index) => Object.is(value, b[index]))
    : Object.is(a, b)
