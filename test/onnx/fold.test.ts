import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../src/onnx/export.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import * as t from '../../src/tensor/operations/index.ts'
import { withPath } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expectClose, operatorsIn, runOnnx, spread } from './onnx-runtime.ts'

const x = t.input('x', [4, 3])
const weight = t.input('weight', [3, 5])
const weights = new Map([[weight, Float32Array.from(spread([3, 5], 1))]])
const feed = { dtype: 'f32' as const, shape: [4, 3], values: spread([4, 3], 2) }

/** The operators of a model with one weight that computes what the interpreter does. */
async function operatorsOf(y: Tensor): Promise<string[]> {
  const graph = { inputs: [{ name: 'x', tensor: x }], outputs: [{ name: 'y', tensor: y }], weights }
  const model = exportOnnx(graph, { graphName: 'test' })
  const [{ y: computed }] = await runOnnx(model, [{ x: feed }])
  const [expected] = interpret([y], new Map<Tensor, ArrayLike<number>>([[x, feed.values], ...weights]))
  expect(computed.shape).toEqual(y.shape)
  expectClose(computed.values, expected, 1e-5)
  return operatorsIn(model)
}

describe('what depends on weights alone', () => {
  it('is computed when the model is written', async () => {
    const scaled = t.div(weight, t.sqrt(t.sum(t.mul(weight, weight))))
    expect(await operatorsOf(t.matmul(x, scaled))).toEqual(['MatMul'])
    expect(await operatorsOf(t.add(t.matmul(x, weight), t.exp(t.sum(weight, { axes: [0] }))))).toEqual(['Gemm'])
  })

  it('is no part of what is computed from more', async () => {
    const product = t.matmul(weight, t.transpose(weight))
    const row = t.sum(x, { axes: [0], keep: true })
    expect(await operatorsOf(t.add(product, row))).toEqual(['ReduceSum', 'Add'])
    const column = t.sum(t.exp(weight), { axes: [1], keep: true })
    expect(await operatorsOf(t.sub(t.transpose(x), column))).toEqual(['Sub', 'Transpose'])
  })

  it('leaves as a constant where it is all that is asked for', async () => {
    expect(await operatorsOf(withPath('layer', () => t.exp(t.neg(weight))))).toEqual(['Identity'])
  })

  it('is moved when the model is written', async () => {
    const turned = t.reshape(t.transpose(t.reshape(weight, [3, 5, 1]), [2, 1, 0]), [5, 3])
    expect(await operatorsOf(t.mul(t.slice(turned, [0, 0], [4, 3]), x))).toEqual(['Mul'])
    expect(await operatorsOf(t.concat([turned, t.exp(x)]))).toEqual(['Exp', 'Concat'])
  })

  it('stays a computation where it is larger than the weights', async () => {
    const wide = t.neg(t.broadcast(t.reshape(t.exp(weight), [3, 5, 1]), [3, 5, 40]))
    expect(await operatorsOf(t.add(t.sum(x), wide))).toEqual(['ReduceSum', 'Neg', 'Add', 'Reshape', 'Expand'])
  })

  it('is not drawn', () => {
    const seed = t.input('seed', [2], 'i32')
    const noise = t.randomNormal({ seed, step: t.constant(0, 'i32') }, 0, [4, 3])
    const graph = {
      inputs: [{ name: 'x', tensor: x }],
      outputs: [{ name: 'y', tensor: t.add(x, noise) }],
      weights: new Map([[seed, Int32Array.of(1, 2)]]),
    }
    expect(() => exportOnnx(graph, { graphName: 'test' })).toThrow('random numbers have no ONNX form')
  })
})
