import { fromBinary } from '@bufbuild/protobuf'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { expect } from 'vitest'
import { exportOnnx } from '../../src/onnx/export.ts'
import { ModelProtoSchema } from '../../src/onnx/generated/onnx_pb.ts'
import type { NodeProto } from '../../src/onnx/generated/onnx_pb.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { DType, Shape, Tensor } from '../../src/tensor/tensor.ts'

/** Numbers of one tensor as they enter or leave ONNX Runtime. */
export interface Numbers {
  readonly dtype: DType
  readonly shape: Shape
  readonly values: readonly number[]
}

/** What a model is fed with in the place of a tensor. */
export const fedNumbers = ({ dtype, shape }: Omit<Numbers, 'values'>, values: readonly number[]): Numbers => ({
  dtype,
  shape,
  values,
})

function toOrt({ dtype, shape, values }: Numbers): OrtTensor {
  switch (dtype) {
    case 'f32':
      return new OrtTensor('float32', Float32Array.from(values), shape)
    case 'i32':
      return new OrtTensor('int32', Int32Array.from(values), shape)
    case 'u8':
      return new OrtTensor('uint8', Uint8Array.from(values), shape)
    case 'bool':
      return new OrtTensor('bool', Uint8Array.from(values), shape)
  }
}

const dtypes = new Map<string, DType>([
  ['float32', 'f32'],
  ['int32', 'i32'],
  ['uint8', 'u8'],
  ['bool', 'bool'],
])

function fromOrt({ type, dims, data }: OrtTensor): Numbers {
  const dtype = dtypes.get(type)
  if (dtype === undefined) throw new Error(`ONNX Runtime returned ${type}`)
  return { dtype, shape: [...dims], values: Array.from(data, Number) }
}

/** Runs a model on ONNX Runtime's CPU device, once for each set of feeds. */
export async function runOnnx(
  model: Uint8Array,
  feeds: readonly Record<string, Numbers>[],
): Promise<Record<string, Numbers>[]> {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    extra: { session: { 'intra_op.allow_spinning': '0' } },
  })
  try {
    const results: Record<string, Numbers>[] = []
    for (const feed of feeds) {
      const entries = Object.entries(feed).map(([name, numbers]) => [name, toOrt(numbers)] as const)
      const outputs = await session.run(Object.fromEntries(entries))
      results.push(Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, fromOrt(tensor)])))
    }
    return results
  } finally {
    await session.release()
  }
}

/** Exports the outputs and expects ONNX Runtime to compute what the interpreter does; gives the model. */
export async function expectSameNumbers(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: ReadonlyMap<Tensor, readonly number[]>,
  tolerance = 1e-5,
): Promise<Uint8Array> {
  const inputs = [...feeds.keys()].map((tensor, index) => ({ name: `input${index}`, tensor }))
  const named = Object.entries(outputs).map(([name, tensor]) => ({ name, tensor }))
  const model = exportOnnx({ inputs, outputs: named, weights: new Map() }, { graphName: 'test' })
  const numbers = inputs.map(({ name, tensor: { dtype, shape } }, index) => [
    name,
    { dtype, shape, values: [...feeds.values()][index] },
  ])
  const [computed] = await runOnnx(model, [Object.fromEntries(numbers)])
  const expected = interpret(Object.values(outputs), feeds)
  named.forEach(({ name, tensor: { dtype, shape } }, index) => {
    expect({ name, dtype: computed[name].dtype, shape: computed[name].shape }).toEqual({ name, dtype, shape })
    expectClose(computed[name].values, expected[index], tolerance, name)
  })
  return model
}

const nodesOf = (model: Uint8Array): NodeProto[] => fromBinary(ModelProtoSchema, model).graph?.node ?? []

/** The types of a model's operators, in their order. */
export const operatorsIn = (model: Uint8Array): string[] => nodesOf(model).map(({ opType }) => opType)

/** The names of Transposes that stand, with any operators in between, both behind and in front of operators of these types. */
export function movedBetween(model: Uint8Array, ...types: string[]): string[] {
  const nodes = nodesOf(model)
  const dependents = (from: readonly NodeProto[]): NodeProto[] => {
    const names = new Set(from.flatMap(({ output }) => output))
    const found = nodes.filter(({ input, output }) => {
      const isFound = input.some((name) => names.has(name))
      if (isFound) output.forEach((name) => names.add(name))
      return isFound
    })
    return found
  }
  return dependents(nodes.filter(({ opType }) => types.includes(opType)))
    .filter((node) => node.opType === 'Transpose' && dependents([node]).some(({ opType }) => types.includes(opType)))
    .map(({ name }) => name)
}

/** Relative to numbers above 1, absolute below. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = '',
): void {
  expect(actual.length, what).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i])) continue
    const error = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]))
    if (!(error <= tolerance)) expect.fail(`${what}[${i}] is ${actual[i]}, expected ${expected[i]}`)
  }
}

/** Numbers that look random and are the same every time, from `low` up to `high`, exact in f32. */
export function spread(shape: Shape, seed: number, low = -2, high = 2): number[] {
  const fraction = (index: number) => {
    const wave = Math.sin(index * 12.9898 + seed * 78.233) * 43758.5453
    return wave - Math.floor(wave)
  }
  return Array.from({ length: sizeOf(shape) }, (_, index) => Math.fround(low + (high - low) * fraction(index + 1)))
}
export const wholeSpread = (shape: Shape, seed: number, low: number, high: number): number[] =>
  spread(shape, seed, low, high).map(Math.floor)
