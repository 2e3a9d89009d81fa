import { topological } from '../tensor/graph.ts'
import { concat, input, reshape } from '../tensor/operations/index.ts'
import { isKind, makeTensor } from '../tensor/tensor.ts'
import type { DType, Shape, Tensor } from '../tensor/tensor.ts'
import { exportOnnx } from './export.ts'
import { soundConvolution } from './sound-convolution.ts'

/** A step as a graph: what it is given, and what it makes of that. */
export interface StepGraph {
  /** Input tensors that the step changes, and what they become. */
  readonly state: readonly (readonly [before: Tensor, after: Tensor])[]
  /** Input tensors that stay as they are. */
  readonly residents: readonly Tensor[]
  /** Tensors that are new in every step. What they are computed from is no part of the model. */
  readonly feeds: readonly Tensor[]
  /** Scalars, f32, that are to be known of every step. */
  readonly report: readonly Tensor[]
}

/** An array that a model takes or gives. */
export interface ModelArray {
  /** Its name in the model. */
  readonly name: string
  readonly dtype: DType
  readonly shape: Shape
}

/** An array of the state of a model. */
interface StateArray extends ModelArray {
  /** The name of what it becomes. */
  readonly next: string
}

/** A step as an ONNX model. Its arrays stand in the order of the graph. */
export interface StepModel {
  /** The bytes of an .onnx file. */
  readonly bytes: Uint8Array
  readonly state: readonly StateArray[]
  readonly residents: readonly ModelArray[]
  readonly feeds: readonly ModelArray[]
  /** One vector, f32, with the whole report: fetching one array is cheaper than fetching many. Null where there is none. */
  readonly report: string | null
}

/** Writes a step as a model of fixed shapes, whose outputs can be fed to it again. */
export function exportStep({ state, residents, feeds, report }: StepGraph): StepModel {
  const arrayOf =
    (kind: string) =>
    ({ dtype, shape, primitive }: Tensor, index: number): ModelArray => ({
      name: `${kind} ${index} ${primitive.kind === 'input' ? primitive.name : primitive.kind}`,
      dtype,
      shape,
    })
  const arrays = {
    state: state.map(([before], index) => {
      const array = arrayOf('state')(before, index)
      return { ...array, next: `next ${array.name}` }
    }),
    residents: residents.map(arrayOf('resident')),
    feeds: feeds.map(arrayOf('feed')),
    report: report.length === 0 ? null : 'report',
  }
  const named = (ends: readonly ModelArray[], tensors: readonly Tensor[]) =>
    ends.map(({ name }, index) => ({ name, tensor: tensors[index] }))
  const inputs = [
    ...named(
      arrays.state,
      state.map(([before]) => before),
    ),
    ...named(arrays.residents, residents),
    ...named(arrays.feeds, feeds),
  ]
  const results = [
    ...arrays.state.map(({ next }, index) => ({ name: next, tensor: state[index][1] })),
    ...(arrays.report === null
      ? []
      : [{ name: arrays.report, tensor: concat(report.map((scalar) => reshape(scalar, [1]))) }]),
  ]
  const sound = rewritten(
    results.map(({ tensor }) => tensor),
    new Set(inputs.map(({ tensor }) => tensor)),
  )
  const outputs = results.map(({ name }, index) => ({ name, tensor: sound[index] }))
  const model = { inputs, outputs, weights: new Map() }
  return { ...arrays, bytes: exportOnnx(model, { graphName: 'step', channelsLast: true }) }
}

/**
 * The same numbers, without names of compositions (of what they are made, nobody would see here), and without what ONNX
 * Runtime computes wrongly.
 * @param given tensors that are fed: what they are computed from stays as it is.
 */
function rewritten(outputs: readonly Tensor[], given: ReadonlySet<Tensor>): Tensor[] {
  const replaced = new Map<Tensor, Tensor>()
  const replacement = (tensor: Tensor): Tensor => replaced.get(tensor) ?? tensor
  for (const tensor of topological(outputs)) {
    if (given.has(tensor) || isKind(tensor, 'input')) continue
    const { primitive, inputs, shape, dtype, path } = tensor
    replaced.set(tensor, soundConvolution(makeTensor(primitive, inputs.map(replacement), shape, dtype, path)))
  }
  return outputs.map(replacement)
}

/** What a model of exportCopy calls the copy of an array. */
export const copyOf = (name: string): string => `copy of ${name}`

/** A model that gives back what it is given: the way from an accelerator's memory to this one. */
export function exportCopy(arrays: readonly ModelArray[]): Uint8Array {
  const ends = arrays.map(({ name, dtype, shape }) => ({ name, tensor: input(name, shape, dtype) }))
  const outputs = ends.map(({ name, tensor }) => ({ name: copyOf(name), tensor }))
  return exportOnnx({ inputs: ends, outputs, weights: new Map() }, { graphName: 'copy' })
}
