import { expect } from 'vitest'
import { readOnnx } from '../../../src/onnx/read/model.ts'
import type { OnnxModel } from '../../../src/onnx/read/model.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { input } from '../../../src/tensor/operations/index.ts'
import type { DType, Tensor } from '../../../src/tensor/tensor.ts'
import { expectClose } from '../onnx-runtime.ts'
import type { Numbers } from '../onnx-runtime.ts'

/** A model traced for the shapes of what it is fed, with its weights as inputs. */
export interface Reading {
  readonly model: OnnxModel
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  /** The values of inputs and weights. */
  readonly feeds: ReadonlyMap<Tensor, ArrayLike<number>>
}

export function readFor(bytes: Uint8Array, fed: Readonly<Record<string, Numbers>>, names?: readonly string[]): Reading {
  const model = readOnnx(bytes)
  const feeds = new Map<Tensor, ArrayLike<number>>()
  const inputs = model.inputs.map(({ name }) => {
    const { shape, dtype, values } = fed[name]
    const tensor = input(name, shape, dtype)
    feeds.set(tensor, values)
    return tensor
  })
  const outputs = model.apply(
    inputs,
    (weight) => {
      const tensor = input(weight.name, weight.shape)
      feeds.set(tensor, weight.values())
      return tensor
    },
    names,
  )
  return { model, inputs, outputs, feeds }
}

/** What a model gives, read and computed in plain loops. */
export function interpreted(bytes: Uint8Array, fed: Readonly<Record<string, Numbers>>): Record<string, Numbers> {
  const { model, outputs, feeds } = readFor(bytes, fed)
  const values = interpret(outputs, feeds)
  return Object.fromEntries(
    model.outputs.map(({ name }, i) => [
      name,
      { dtype: outputs[i].dtype, shape: outputs[i].shape, values: [...values[i]] },
    ]),
  )
}

/** ONNX Runtime counts in i64 what is i32 here; that apart, types and shapes are to be the same, and numbers close. */
export function expectAgreement(
  actual: Readonly<Record<string, Numbers>>,
  expected: Readonly<
    Record<string, { readonly dtype: DType; readonly shape: readonly number[]; readonly values: ArrayLike<number> }>
  >,
  tolerance: number,
): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected))
  for (const [name, { dtype, shape, values }] of Object.entries(expected)) {
    expect({ name, dtype: actual[name].dtype, shape: actual[name].shape }).toEqual({ name, dtype, shape })
    expectClose(actual[name].values, values, tolerance, name)
  }
}
