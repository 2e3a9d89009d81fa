import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { inUse } from '../../src/nn/index.ts'
import { exportOnnx } from '../../src/onnx/export.ts'
import { ModelProtoSchema } from '../../src/onnx/generated/onnx_pb.ts'
import { toChannelsFirst } from '../../src/onnx/layout.ts'
import { recipeNamed } from '../../src/recipes/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { input, transpose } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { mapTree } from '../../src/tensor/tree.ts'
import type { Variables } from '../../src/tensor/tree.ts'
import { first, latentShapeOf, smallGame } from '../recipes/small.ts'
import { compiled } from '../runtime/compiled.ts'
import { expectClose, fedNumbers, movedBetween, operatorsIn, runOnnx, spread } from './onnx-runtime.ts'

const dataShape = [28, 28, 1] as const
const batch = 3

/** A player of a recipe in use, with any numbers for its variables. */
function playerOf(recipe: string, player: 'generator' | 'discriminator', width?: number) {
  const game = smallGame(recipeNamed(recipe), dataShape, width === undefined ? {} : { width })
  const weights = new Map<Tensor, Float32Array>()
  const variables = mapTree(first(game)[player], ({ shape }, name) => {
    const weight = input(name, shape)
    // Variances are above 0; large weights would saturate everything.
    const [low, high] = /variance|scale/i.test(name) ? [0.5, 1.5] : [-0.2, 0.2]
    weights.set(weight, Float32Array.from(spread(shape, weights.size, low, high)))
    return weight
  })
  const trace = (size: number) => {
    const x = input('x', [size, ...(player === 'generator' ? latentShapeOf(game) : dataShape)])
    const label = input('label', [size], 'i32')
    const given: Variables = game.condition ? { class: label } : {}
    const { output } = game[player].apply(variables, x, inUse(given))
    const y = player === 'generator' ? toChannelsFirst(output) : output
    const inputs = (game.condition ? [x, label] : [x]).map((tensor, index) => ({ name: ['x', 'label'][index], tensor }))
    return { inputs, outputs: [{ name: 'y', tensor: y }], weights }
  }
  return { weights, trace }
}

/** A player as a model, after a check that it gives what the engine does. */
async function exported(...args: Parameters<typeof playerOf>): Promise<Uint8Array> {
  const { weights, trace } = playerOf(...args)
  const model = exportOnnx(trace, { graphName: 'player' })
  const { inputs, outputs } = trace(batch)
  const values = [spread([batch, ...inputs[0].tensor.shape.slice(1)], 5, -1, 1), [0, 2, 1]]
  const fed = inputs.map(({ tensor }, index) => [tensor, values[index]] as const)
  const { values: expected } = await compiled(
    [outputs[0].tensor],
    new Map<Tensor, ArrayLike<number>>([...fed, ...weights]),
    { strict: true },
  )
  const feeds = inputs.map(({ name, tensor }, index) => [name, fedNumbers(tensor, values[index])] as const)
  const [{ y }] = await runOnnx(model, [Object.fromEntries(feeds)])
  expect(y.shape).toEqual(outputs[0].tensor.shape)
  expectClose(y.values, expected[0], 1e-4)
  expect(Math.max(...expected[0]) - Math.min(...expected[0])).toBeGreaterThan(1e-3)
  return model
}

const block = 'Conv LeakyRelu Conv LeakyRelu Conv Add'
const doubled = 'ConvTranspose BatchNormalization Relu'

const generators: Record<string, string> = {
  paper: 'Gemm Relu Gemm Relu Gemm Sigmoid Reshape',
  mlp: 'Gemm LeakyRelu Gemm Tanh Reshape',
  conditional: 'Range Reshape Equal Cast Concat Gemm LeakyRelu Gemm Tanh Reshape',
  dcgan: `MatMul Reshape Transpose BatchNormalization Relu ${doubled} ConvTranspose Tanh`,
  'wgan-gp': `MatMul Reshape Transpose BatchNormalization Relu ${doubled} ConvTranspose Tanh`,
  sngan: `Gemm Reshape Transpose ${doubled} ${doubled} Conv Tanh`,
  r3gan: `Gemm Reshape Transpose ${block} Conv Resize ${block} Conv Resize ${block} Conv Tanh`,
}

const discriminators: Record<string, string> = {
  paper: 'Reshape Gemm Reshape ReduceMax Gemm Reshape ReduceMax Gemm',
  mlp: 'Reshape Gemm LeakyRelu Gemm',
  conditional: 'Reshape Gemm LeakyRelu Gemm Max Min Gather Mul ReduceSum Add',
  dcgan: 'Reshape Conv LeakyRelu Conv BatchNormalization LeakyRelu Transpose Reshape Gemm',
  'wgan-gp': 'Reshape Conv LeakyRelu Conv LayerNormalization LeakyRelu Transpose Reshape Gemm',
  sngan: 'Reshape Conv LeakyRelu Conv LeakyRelu Conv LeakyRelu Conv LeakyRelu Conv LeakyRelu Transpose Reshape Gemm',
  r3gan: `Reshape Conv ${block} AveragePool Conv ${block} AveragePool Conv ${block} Transpose Reshape Gemm`,
}

describe('the players of every recipe are few operators that go by their names, and give what the engine gives', () => {
  it.each(Object.entries(generators))('the generator of %s', async (recipe, operators) => {
    expect(operatorsIn(await exported(recipe, 'generator')).join(' ')).toBe(operators)
  })

  it.each(Object.entries(discriminators))('the discriminator of %s', async (recipe, operators) => {
    expect(operatorsIn(await exported(recipe, 'discriminator')).join(' ')).toBe(operators)
  })

  it('with convolutions in groups as well', async () => {
    const model = await exported('r3gan', 'discriminator', 16)
    expect(operatorsIn(model).join(' ')).toBe(discriminators.r3gan)
    expect(movedBetween(model, 'Conv', 'AveragePool')).toEqual([])
  })
})

describe('kernels are kept as ONNX wants them', () => {
  it('so that nothing moves them when the model runs', async () => {
    const { weights, trace } = playerOf('dcgan', 'generator')
    const kernel = [...weights.keys()].find(({ shape }) => shape.length === 4)
    expect(kernel).toBeDefined()
    if (kernel === undefined) return
    const { graph } = fromBinary(ModelProtoSchema, exportOnnx(trace, { graphName: 'generator' }))
    const name = kernel.primitive.kind === 'input' ? kernel.primitive.name : ''
    const stored = graph?.initializer.find((initializer) => initializer.name === name)
    // [height, width, out, in] becomes [in, out, height, width].
    const [wanted] = interpret([transpose(kernel, [3, 2, 0, 1])], weights)
    expect(stored?.dims.map(Number)).toEqual([3, 2, 0, 1].map((axis) => kernel.shape[axis]))
    expect([...new Float32Array(Uint8Array.from(stored?.rawData ?? []).buffer)]).toEqual([...wanted])
  })
})
