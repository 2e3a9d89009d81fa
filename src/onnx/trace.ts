import { UserError } from '../tensor/errors.ts'
import { topological } from '../tensor/graph.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Kind, Primitive, Tensor } from '../tensor/tensor.ts'
import { extentsFrom, isFixed } from './extent.ts'
import type { Extent } from './extent.ts'

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
    extentsOf: (tensor) => extentsFrom(versionsOf(tensor).map(({ shape }) => shape)),
    attribute: <K extends Kind>(tensor: Tensor, kind: K, read: (primitive: Primitive<K>) => readonly number[]) => {
      const versions = versionsOf(tensor).filter((version): version is Tensor<K> => isKind(version, kind))
      return extentsFrom(versions.map(({ primitive }) => read(primitive)))
    },
  }
}

function traceOf(graph: ModelGraph): Trace {
  const inputs = new Set(graph.inputs.map(({ tensor }) => tensor))
  const needed = new Set([...inputs, ...graph.outputs.map(({ tensor }) => tensor)])
  const all = topological([...needed])
  // Whatever an input was traced from stays outside: it is fed.
  for (const tensor of all.toReversed()) {
    if (needed.has(tensor) && !inputs.has(tensor)) tensor.inputs.forEach((x) => needed.add(x))
  }
  const order = all.filter((tensor) => needed.has(tensor))
  return { graph, order, position: new Map(order.map((tensor, index) => [tensor, index])) }
}

/** The attributes that may differ between batch sizes, as extents may; other numbers are part of what is computed. */
const following = new Set(['start', 'before', 'after', 'size'])

function requireTwins(first: Trace, other: Trace, batch: number): void {
  const sizes = `between batch ${tracedSizes[0]} and batch ${batch}`
  if (!same(ends(first), ends(other)) || first.order.length !== other.order.length) {
    throw notFree(`its operations, inputs or outputs differ ${sizes}`)
  }
  first.order.forEach((tensor, index) => {
    const twin = other.order[index]
    const subject = `the ${tensor.primitive.kind}${tensor.path === '' ? '' : ` in ${tensor.path}`}`
    const alike =
      tensor.dtype === twin.dtype &&
      tensor.shape.length === twin.shape.length &&
      same(positionsOf(first, tensor.inputs), positionsOf(other, twin.inputs))
    if (!alike) throw notFree(`${subject} differs in its type, rank or operands ${sizes}`)

    const twinAttributes = new Map<string, unknown>(Object.entries(twin.primitive))
    for (const [name, value] of Object.entries(tensor.primitive)) {
      const twinValue = twinAttributes.get(name)
      if (following.has(name) || same(value, twinValue)) continue
      const values = typeof value === 'number' && typeof twinValue === 'number' ? ` (${value} and ${twinValue})` : ''
      throw notFree(`${subject} differs in its ${name}${values} ${sizes}`)
    }
  })
}

const positionsOf = ({ position }: Trace, tensors: readonly Tensor[]) => tensors.map((tensor) => position.get(tensor))

/** Names and places of inputs and outputs. */
const ends = ({ graph, position }: Trace) =>
  [...graph.inputs, ...graph.outputs].flatMap(({ name, tensor }) => [name, position.get(tensor)])

const same = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((value, index) => Object.is(value, b[index]))
    : Object.is(a, b)
