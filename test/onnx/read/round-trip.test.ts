import fc from 'fast-check'
import { describe, it } from 'vitest'
import { inUse } from '../../../src/nn/index.ts'
import { exportOnnx } from '../../../src/onnx/export.ts'
import type { ModelGraph } from '../../../src/onnx/export.ts'
import { withRandomInputs } from '../../../src/onnx/random-inputs.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { gradients } from '../../../src/tensor/grad.ts'
import { input, literal, mul, sum } from '../../../src/tensor/operations/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { catalogue, drawn, feedsOf, smoothOf, use } from '../../nn/catalogue.ts'
import type { Sample } from '../../nn/catalogue.ts'
import type { Variables } from '../../../src/tensor/tree.ts'
import { all, first, latentShapeOf, smallGame } from '../../recipes/small.ts'
import { mapTree } from '../../../src/tensor/tree.ts'
import { spread, wholeSpread } from '../onnx-runtime.ts'
import type { Numbers } from '../onnx-runtime.ts'
import { expectAgreement, interpreted } from './reading.ts'

const options = { graphName: 'test' }

/** Exports a graph, reads it and expects the same numbers. */
function expectReturn(
  model: Uint8Array,
  { inputs, outputs, weights }: ModelGraph,
  feeds: ReadonlyMap<Tensor, number[]>,
) {
  const fed: Record<string, Numbers> = {}
  for (const { name, tensor } of inputs)
    fed[name] = { dtype: tensor.dtype, shape: tensor.shape, values: feeds.get(tensor) ?? [] }
  const returned = interpreted(model, fed)
  const values = interpret(
    outputs.map(({ tensor }) => tensor),
    new Map<Tensor, ArrayLike<number>>([...weights, ...feeds]),
  )
  const expected = outputs.map(({ name, tensor: { dtype, shape } }, i) => [name, { dtype, shape, values: values[i] }])
  expectAgreement(returned, Object.fromEntries(expected), 1e-5)
}

/** A layer's use as a model; its parameters are weights, and what it draws is fed. */
function modelOf(sample: Sample, withSlopes: boolean): { graph: ModelGraph; feeds: Map<Tensor, number[]> } {
  const used = use(drawn(sample), withSlopes ? 'learning' : 'inUse')
  const { x, parameters, given, output } = used
  const direction = literal(spread(output.shape, 5), output.shape)
  const slopes = withSlopes ? gradients(sum(mul(output, direction)), smoothOf(used)) : []
  const known = feedsOf(used)
  const graph = withRandomInputs({
    inputs: Object.entries({ x, ...given }).map(([name, tensor]) => ({ name, tensor })),
    outputs: [output, ...slopes].map((tensor, i) => ({ name: `y${i}`, tensor })),
    weights: new Map(Object.values(parameters).map((tensor) => [tensor, Float32Array.from(known.get(tensor) ?? [])])),
  })
  const valuesOf = (tensor: Tensor) => known.get(tensor) ?? [...interpret([tensor], new Map())[0]]
  return { graph, feeds: new Map(graph.inputs.map(({ tensor }) => [tensor, valuesOf(tensor)])) }
}

describe('what was exported comes back as the same function', () => {
  it.each(Object.entries(catalogue))('%s, with its derivatives', (_name, samples) =>
    fc.assert(
      fc.property(samples, (sample) => {
        const { graph, feeds } = modelOf(sample, true)
        expectReturn(exportOnnx(graph, options), graph, feeds)
      }),
      { numRuns: 3 },
    ),
  )

  it.each(Object.entries(catalogue))('%s at any batch size', (_name, samples) => {
    const [sample] = fc.sample(samples, { numRuns: 1, seed: 7 })
    const traceAt = (batch: number) => modelOf({ ...sample, batch }, false)
    const model = exportOnnx((batch) => traceAt(batch).graph, options)
    for (const batch of [4, 8]) {
      const { graph, feeds } = traceAt(batch)
      expectReturn(model, graph, feeds)
    }
  })

  it.each(all)('the players of $name', (recipe) => {
    const game = smallGame(recipe, recipe.name === 'points' ? [2] : [16, 16, 1])
    const shapes = { generator: latentShapeOf(game), discriminator: game.dataShape }
    const variables = first(game)
    for (const player of ['generator', 'discriminator'] as const) {
      const weights = new Map<Tensor, Float32Array>()
      const own = mapTree(variables[player], (tensor, name) => {
        const weight = input(name, tensor.shape)
        // Not as drawn, where many are 0 or 1 and hide what is done with them.
        weights.set(weight, Float32Array.from(spread(tensor.shape, weights.size, 0.1, 0.9)))
        return weight
      })
      const traceAt = (batch: number) => {
        const x = input('x', [batch, ...shapes[player]])
        const indices = input('label', [batch], 'i32')
        const given: Variables = game.condition ? { class: indices } : {}
        const { output } = game[player].apply(own, x, inUse(given))
        const label = game.condition ? [{ name: 'label', tensor: indices, type: 'i64' as const }] : []
        const graph = {
          inputs: [{ name: 'x', tensor: x }, ...label],
          outputs: [{ name: 'y', tensor: output }],
          weights,
        }
        const feeds = new Map([
          [x, spread(x.shape, 3, -1, 1)],
          [indices, wholeSpread([batch], 4, 0, 3)],
        ])
        return { graph, feeds: new Map(graph.inputs.map(({ tensor }) => [tensor, feeds.get(tensor) ?? []])) }
      }
      const model = exportOnnx((batch) => traceAt(batch).graph, options)
      const { graph, feeds } = traceAt(3)
      expectReturn(model, graph, feeds)
    }
  })
})
