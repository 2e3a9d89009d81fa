import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../src/onnx/export.ts'
import { withRandomInputs } from '../../src/onnx/random-inputs.ts'
import type { ModelGraph } from '../../src/onnx/export.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { literal, mul, sum } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expectClose, expectSameNumbers, fedNumbers, runOnnx, spread } from '../onnx/onnx-runtime.ts'
import { catalogue, drawn, feedsOf, smoothOf, use } from './catalogue.ts'
import type { Sample } from './catalogue.ts'

const project = (tensor: Tensor): Tensor => sum(mul(tensor, literal(spread(tensor.shape, 5), tensor.shape)))

const endsOf = (tensors: Readonly<Record<string, Tensor>>) =>
  Object.entries(tensors).map(([name, tensor]) => ({ name, tensor }))

/** Numbers for all inputs, those that a graph draws among them. */
function feedsFor({ inputs }: ModelGraph, known: ReadonlyMap<Tensor, number[]>): Map<Tensor, number[]> {
  return new Map(inputs.map(({ tensor }) => [tensor, known.get(tensor) ?? [...interpret([tensor], new Map())[0]]]))
}

/** A layer in use as a model; its parameters are weights. */
function modelOf(sample: Sample) {
  const used = use(drawn(sample), 'inUse')
  const known = feedsOf(used)
  const weights = Object.values(used.parameters).map(
    (tensor) => [tensor, Float32Array.from(known.get(tensor) ?? [])] as const,
  )
  const graph = {
    inputs: endsOf({ x: used.x, ...used.given }),
    outputs: endsOf({ y: used.output }),
    weights: new Map(weights),
  }
  return { graph, output: used.output, known }
}

describe('ONNX Runtime computes layers as the interpreter does', () => {
  it.each(Object.entries(catalogue))('%s, with its derivatives', (_name, samples) =>
    fc.assert(
      fc.asyncProperty(samples, async (sample) => {
        const used = use(drawn(sample), 'learning')
        const slopes = gradients(project(used.output), smoothOf(used)).map((slope, i) => [`slope${i}`, slope] as const)
        const outputs = { output: used.output, ...Object.fromEntries(slopes) }
        const known = feedsOf(used)
        const graph = {
          inputs: [...known.keys()].map((tensor, i) => ({ name: `x${i}`, tensor })),
          outputs: endsOf(outputs),
          weights: new Map(),
        }
        await expectSameNumbers(outputs, feedsFor(withRandomInputs(graph), known), 1e-4)
      }),
      { numRuns: 3 },
    ),
  )

  it.each(Object.entries(catalogue))('%s at any batch size', async (_name, samples) => {
    const [sample] = fc.sample(samples, { numRuns: 1, seed: 7 })
    const trace = (batch: number) => modelOf({ ...sample, batch })
    const model = exportOnnx((batch) => trace(batch).graph, { graphName: 'test', randomInputs: true })
    const uses = [4, 8].map((batch) => {
      const { graph, output, known } = trace(batch)
      const { inputs } = withRandomInputs(graph)
      return { inputs, output, feeds: new Map([...known, ...feedsFor({ ...graph, inputs }, known)]) }
    })
    const given = uses.map(({ inputs, feeds }) =>
      Object.fromEntries(inputs.map(({ name, tensor }) => [name, fedNumbers(tensor, feeds.get(tensor) ?? [])])),
    )
    const results = await runOnnx(model, given)
    uses.forEach(({ output, feeds }, i) => {
      const [expected] = interpret([output], feeds)
      expect(results[i].y.shape).toEqual(output.shape)
      expectClose(results[i].y.values, expected, 1e-4)
    })
  })
})
