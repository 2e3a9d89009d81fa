import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { embedding, evaluation } from '../../src/nn/index.ts'
import { exportOnnx } from '../../src/onnx/export.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { input, literal, mul, sum } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expectClose, expectSameNumbers, fedNumbers, runOnnx, spread } from '../onnx/onnx-runtime.ts'
import { catalogue, drawn, training, use } from './catalogue.ts'
import type { Use } from './catalogue.ts'

const valuesOf = (tensors: readonly Tensor[]): Map<Tensor, number[]> =>
  new Map(tensors.map((tensor, seed) => [tensor, spread(tensor.shape, seed, -1, 1)]))

const read = ({ x, parameters }: Use): Tensor[] => [x, ...Object.values(parameters)]

const project = (tensor: Tensor): Tensor => sum(mul(tensor, literal(spread(tensor.shape, 5), tensor.shape)))

describe('ONNX Runtime computes layers as the interpreter does', () => {
  it.each(Object.entries(catalogue))('%s, with its derivatives', (_name, samples) =>
    fc.assert(
      fc.asyncProperty(samples, async (sample) => {
        const used = use(drawn(sample), training())
        const slopes = gradients(project(used.output), read(used)).map((slope, i) => [`slope${i}`, slope] as const)
        const outputs = { output: used.output, ...Object.fromEntries(slopes) }
        await expectSameNumbers(outputs, valuesOf(read(used)), 1e-4)
      }),
      { numRuns: 3 },
    ),
  )

  it.each(Object.entries(catalogue))('%s at any batch size', async (_name, samples) => {
    const [sample] = fc.sample(samples, { numRuns: 1, seed: 7 })
    const trace = (batch: number) => {
      const used = use(drawn({ ...sample, batch }), evaluation)
      const feeds = valuesOf(read(used))
      const weights = Object.values(used.parameters).map((tensor) => {
        return [tensor, Float32Array.from(feeds.get(tensor) ?? [])] as const
      })
      const inputs = [{ name: 'x', tensor: used.x }]
      const graph = { inputs, outputs: [{ name: 'y', tensor: used.output }], weights: new Map(weights) }
      return { graph, used, feeds }
    }
    const model = exportOnnx((batch) => trace(batch).graph, { graphName: 'test' })
    const uses = [4, 8].map(trace)
    const given = uses.map(({ used: { x }, feeds }) => ({ x: fedNumbers(x, feeds.get(x) ?? []) }))
    const results = await runOnnx(model, given)
    uses.forEach(({ used: { output }, feeds }, i) => {
      const [expected] = interpret([output], feeds)
      expect(results[i].y.shape).toEqual(output.shape)
      expectClose(results[i].y.values, expected, 1e-4)
    })
  })

  it('embedding', async () => {
    const labels = input('labels', [4], 'i32')
    const weight = input('weight', [3, 2])
    const { output } = embedding(3, 2).apply({ parameters: { weight }, buffers: {} }, labels, evaluation)
    const feeds = new Map([
      [labels, [2, 0, 2, 1]],
      [weight, spread([3, 2], 1)],
    ])
    await expectSameNumbers({ output, slope: gradients(project(output), [weight])[0] }, feeds, 1e-4)
  })
})
