import { UserError } from '../../tensor/errors.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { showShape, withPath } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { GraphProto, NodeProto } from '../generated/onnx_pb.ts'
import { declaredValue, decodeFile, isStandard } from './file.ts'
import type { OnnxValue } from './file.ts'
import { folded, knownNumbers } from './known.ts'
import { nodeError, nodeName, readNode } from './node.ts'
import type { Values } from './node.ts'
import { operators } from './operators/index.ts'
import { storedTensor } from './stored.ts'
import type { External, Stored } from './stored.ts'
import { plain, shapeOf, viewOf } from './view.ts'
import type { View } from './view.ts'
import { isWeight, literalOf, standingWeight, wantedOrders, weightView } from './weights.ts'
import type { OnnxWeight } from './weights.ts'

export type { OnnxValue } from './file.ts'
export type { OnnxWeight } from './weights.ts'

/** A model that was read: a pure function of tensors, with the weights that the file brings. */
export interface OnnxModel {
  /** What it is fed, weights apart. Images are [batch, channels, height, width]. */
  readonly inputs: readonly OnnxValue[]
  /** What it gives. */
  readonly outputs: readonly OnnxValue[]
  /** Its floats; whole numbers and single floats become part of what is traced. */
  readonly weights: readonly OnnxWeight[]
  /** What the file tells of itself. */
  readonly metadata: Readonly<Record<string, string>>
  /**
   * Traces the model for inputs of these shapes, in the order of `inputs`. Everything is made of ordinary operations, and so
   * can be differentiated. Throws UserError where shapes do not fit or an operation is needed that is not known here.
   * @param weightOf what stands for a weight, in its shape: a variable, or a literal. Asked once for each that is needed.
   * @param names what to compute, default the outputs; any value of the graph can be named.
   */
  apply(inputs: readonly Tensor[], weightOf: (weight: OnnxWeight) => Tensor, names?: readonly string[]): Tensor[]
}

/** How a model is read. */
export interface OnnxReadOptions {
  /** Gives the bytes of the file, beside the model's own, in which large models keep their weights. */
  readonly external?: External
}

/** Reads the bytes of an .onnx file. Throws UserError where they are no model that can be read. */
export function readOnnx(bytes: Uint8Array, { external }: OnnxReadOptions = {}): OnnxModel {
  const { graph, version, metadata } = decodeFile(bytes)
  const tables = storedTables(graph, external ?? null)
  const nodes = graph.node.filter(({ output }) => !tables.has(output[0] ?? ''))
  const orders = wantedOrders(graph)
  const weights = new Map(
    [...tables]
      .filter(([, table]) => isWeight(table))
      .map(([name, table]) => [name, standingWeight(table, orders.get(name))]),
  )
  // Old files list their weights among the inputs as well.
  const inputs = graph.input.filter(({ name }) => !tables.has(name)).map(declaredValue)
  const outputs = graph.output.map(declaredValue)

  return {
    inputs,
    outputs,
    weights: [...weights.values()],
    metadata,
    apply(tensors, weightOf, names = outputs.map(({ name }) => name)) {
      requireInputs(inputs, tensors)
      const views = new Map<string, View>(inputs.map(({ name }, index) => [name, viewOf(tensors[index])]))
      const values: Values = {
        view(name) {
          const known = views.get(name) ?? held(name)
          if (known !== null) views.set(name, known)
          return known
        },
        numbers(name) {
          const table = tables.get(name)
          if (table !== undefined) return Array.from(table.read())
          const view = views.get(name)
          return view === undefined ? null : knownNumbers(view)
        },
      }
      function held(name: string): View | null {
        const weight = weights.get(name)
        if (weight !== undefined) return weightView(weight, weightOf(weight))
        const table = tables.get(name)
        return table === undefined ? null : viewOf(literalOf(table))
      }

      function isKnown(name: string): boolean {
        const table = tables.get(name)
        const view = views.get(name)
        return table === undefined ? view === undefined || knownNumbers(view) !== null : !isWeight(table)
      }

      for (const node of neededNodes(nodes, names)) {
        const path = nodeName(node).replace(/^\//, '')
        const outcome = withPath(path, () => operate(node, version, values))
        const made = node.input.every(isKnown) ? outcome.map(folded) : outcome
        node.output.forEach((name, index) => {
          if (name !== '' && index < made.length) views.set(name, made[index])
        })
      }
      return names.map((name) => {
        const view = values.view(name)
        if (view === null)
          throw new UserError(`The ONNX model has no value '${name}'; its outputs are ${listed(outputs)}.`)
        return plain(view)
      })
    },
  }
}

const listed = (values: readonly OnnxValue[]): string => values.map(({ name }) => `'${name}'`).join(', ')

/** The numbers in the file, by the names under which operations read them. */
function storedTables({ initializer, node }: GraphProto, external: External | null): Map<string, Stored> {
  const tables = new Map(
    initializer.map((tensor) => [tensor.name, storedTensor(tensor, tensor.name, external)] as const),
  )
  for (const { opType, output, attribute } of node) {
    const tensor = attribute.find(({ name }) => name === 'value')?.t
    if (opType === 'Constant' && tensor !== undefined) tables.set(output[0], storedTensor(tensor, output[0], external))
  }
  return tables
}

/** The operations that `names` are computed with, in the order of the file. */
function neededNodes(nodes: readonly NodeProto[], names: readonly string[]): NodeProto[] {
  const needed = new Set(names)
  return nodes
    .toReversed()
    .filter(({ output, input }) => {
      const isNeeded = output.some((name) => needed.has(name))
      if (isNeeded) for (const name of input) if (name !== '') needed.add(name)
      return isNeeded
    })
    .toReversed()
}

/** As many bytes as WebAssembly has. */
const mostElements = 2 ** 32

const controlFlow: ReadonlySet<string> = new Set(['If', 'Loop', 'Scan', 'SequenceMap'])

function operate(message: NodeProto, version: number, values: Values): readonly View[] {
  const operator = isStandard(message.domain) ? operators.get(message.opType) : undefined
  if (operator === undefined) {
    const domain = isStandard(message.domain) ? '' : ` of the domain '${message.domain}'`
    const what = controlFlow.has(message.opType) ? 'is control flow' : `is an operation${domain} that is not known here`
    throw nodeError(message, `${what}; export the model without it`)
  }
  const made = operator(readNode(message, version, values))
  const views = 'tensor' in made ? [made] : made
  const huge = views.find(({ tensor }) => !(sizeOf(tensor.shape) <= mostElements))
  if (huge === undefined) return views
  throw nodeError(message, `makes ${showShape(shapeOf(huge))}, which is more than memory holds`)
}

/** Checks inputs against what the file declares; axes of one name must be of one size. */
function requireInputs(inputs: readonly OnnxValue[], tensors: readonly Tensor[]): void {
  if (tensors.length !== inputs.length) {
    throw new UserError(`The ONNX model takes ${inputs.length} inputs (${listed(inputs)}), not ${tensors.length}.`)
  }
  const sizes = new Map<string, number>()
  inputs.forEach(({ name, shape, dtype }, index) => {
    const tensor = tensors[index]
    const fits = (axis: number): boolean => {
      const declared = shape?.[axis] ?? null
      const extent = tensor.shape[axis]
      if (typeof declared !== 'string') return declared === null || declared === extent
      const size = sizes.get(declared) ?? extent
      sizes.set(declared, size)
      return size === extent
    }
    const hasRank = shape === null || shape.length === tensor.shape.length
    if (tensor.dtype === dtype && hasRank && tensor.shape.every((_, axis) => fits(axis))) return
    const wanted = shape === null ? '' : `[${shape.map((extent) => extent ?? 'any').join(', ')}]`
    throw new UserError(
      `The input '${name}' of the ONNX model is ${dtype}${wanted}, but it is given ${tensor.dtype}${showShape(tensor.shape)}.`,
    )
  })
}
