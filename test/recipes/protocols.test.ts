import { describe, expect, it } from 'vitest'
import { uniformPrior } from '../../src/gan/priors/priors.ts'
import type { TwoPlayerSettings } from '../../src/gan/players/two-player.ts'
import { learning, randomness } from '../../src/nn/layer.ts'
import type { Optimizer } from '../../src/optim/optimizer.ts'
import { recipes } from '../../src/recipes/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { constant, literal } from '../../src/tensor/operations/index.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { countOf, first, shapesOf } from './small.ts'

const numbersOf = (tensor: Tensor): Float64Array => interpret([tensor], new Map())[0]

const logits = { real: literal([-5, 1.4, 12.5, 2.7], [4, 1]), fake: literal([10, 4.4, -5.5, 3.6], [4, 1]) }

/** What both players pay for the golden logits of ANCHORS: generator, discriminator. */
const losses = ({ objective }: TwoPlayerSettings): number[] =>
  (['generator', 'discriminator'] as const).map((player) => numbersOf(objective[player](logits.real, logits.fake))[0])

/** How far the optimizer moves a parameter that sees these gradients one after the other, after so many updates before. */
function moves(optimizer: Optimizer, gradients: readonly number[], before = 0): number[] {
  let parameters: Readonly<Record<string, Tensor>> = { weight: literal([0], [1]) }
  let state = optimizer.init(parameters)
  return gradients.map((gradient, index) => {
    const step = constant(before + index, 'i32')
    ;({ parameters, state } = optimizer.update({ weight: literal([gradient], [1]) }, state, parameters, step))
    return numbersOf(parameters.weight)[0]
  })
}

/** Adam by hand (Kingma and Ba 2015, algorithm 1). */
function adamMoves(rate: number, beta1: number, beta2: number, gradients: readonly number[]): number[] {
  let [mean, square, parameter] = [0, 0, 0]
  return gradients.map((gradient, index) => {
    mean = beta1 * mean + (1 - beta1) * gradient
    square = beta2 * square + (1 - beta2) * gradient ** 2
    const [m, v] = [mean / (1 - beta1 ** (index + 1)), square / (1 - beta2 ** (index + 1))]
    return (parameter -= (rate * m) / (Math.sqrt(v) + 1e-8))
  })
}

const gradients = [0.5, -2, 0.1]

function expectAdam({ optimizers }: TwoPlayerSettings, rate: number, beta1: number, beta2: number): void {
  const expected = adamMoves(rate, beta1, beta2, gradients)
  for (const player of ['generator', 'discriminator'] as const) {
    moves(optimizers[player], gradients).forEach((move, index) => expect(move).toBeCloseTo(expected[index], 8))
  }
}

const weightsOf = (game: TwoPlayerSettings, player: 'generator' | 'discriminator'): Shape[] =>
  Object.entries(shapesOf(game, player))
    .filter(([name]) => name.endsWith('weight'))
    .map(([, shape]) => shape)

const named = (game: TwoPlayerSettings, player: 'generator' | 'discriminator', part: string): string[] =>
  Object.keys(shapesOf(game, player)).filter((name) => name.includes(part))

/** Mean and deviation of a parameter's first values. */
function spreadOf(game: TwoPlayerSettings, player: 'generator' | 'discriminator', name: string) {
  const values = numbersOf(first(game)[player].parameters[name])
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return {
    mean,
    deviation: Math.sqrt(square),
    most: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  }
}

const convolution = (kernel: number, from: number, to: number, bias = 0) => kernel * kernel * from * to + bias * to

describe('dcgan', () => {
  const { dcgan } = recipes
  const at = (side: number, settings = {}) =>
    dcgan.game({ ...dcgan.defaults, dataShape: [side, side, 3], settings }).settings

  it('has the channels of figure 1 at 64 x 64, and half of that depth at 32 x 32', () => {
    expect(weightsOf(at(64), 'generator').map((shape) => shape.toString())).toEqual([
      '100,16384',
      '4,4,512,1024',
      '4,4,256,512',
      '4,4,128,256',
      '4,4,3,128',
    ])
    expect(weightsOf(at(32), 'generator').map((shape) => shape.toString())).toEqual([
      '100,8192',
      '4,4,256,512',
      '4,4,128,256',
      '4,4,3,128',
    ])
    expect(weightsOf(at(32), 'discriminator').map((shape) => shape.toString())).toEqual([
      '4,4,3,64',
      '4,4,64,128',
      '4,4,128,256',
      '4096,1',
    ])
  })

  it('has as many parameters as that comes to', () => {
    const normalized = (channels: number) => 2 * channels
    expect(countOf(at(32), 'generator')).toBe(
      100 * 8192 +
        normalized(512) +
        convolution(4, 512, 256) +
        normalized(256) +
        convolution(4, 256, 128) +
        normalized(128) +
        convolution(4, 128, 3, 1),
    )
    expect(countOf(at(32), 'discriminator')).toBe(
      convolution(4, 3, 64, 1) +
        convolution(4, 64, 128) +
        normalized(128) +
        convolution(4, 128, 256) +
        normalized(256) +
        4096 +
        1,
    )
  })

  it('normalizes all layers but the ends, or none', () => {
    expect([named(at(32), 'generator', 'scale').length, named(at(32), 'discriminator', 'scale').length]).toEqual([3, 2])
    const plain = at(32, { batchNorm: false })
    expect([named(plain, 'generator', 'scale'), named(plain, 'discriminator', 'scale')]).toEqual([[], []])
    expect(named(plain, 'generator', 'bias')).toHaveLength(4)
  })

  it('learns as the paper says', () => {
    const game = at(32)
    expect(game).toMatchObject({ batch: 128, discriminatorSteps: 1, update: 'alternating', penalties: [] })
    expect(game).toMatchObject({ averageDecay: null, dataRange: 'signed', prior: { name: uniformPrior(1).name } })
    expect(losses(game)[0]).toBeCloseTo(1.38582, 5)
    expect(losses(game)[1]).toBeCloseTo(5.833866, 5)
    expectAdam(game, 2e-4, 0.5, 0.999)
    const { mean, deviation } = spreadOf(game, 'discriminator', 'conv2.weight')
    expect(mean).toBeCloseTo(0, 3)
    expect(deviation).toBeCloseTo(0.02, 3)
  })
})

describe('r3gan', () => {
  const { r3gan } = recipes
  const { settings: game } = r3gan.game({
    ...r3gan.defaults,
    dataShape: [32, 32, 3],
    settings: { width: 16, blocks: 2 },
  })

  it('is residual without normalization, in groups of 16 channels', () => {
    for (const player of ['generator', 'discriminator'] as const) {
      expect(Object.keys(first(game)[player].buffers)).toEqual([])
      expect(named(game, player, 'scale')).toEqual([])
      expect(named(game, player, 'residual').length).toBe(4 * 2 * 5)
    }
    expect(shapesOf(game, 'discriminator')['residual1.branch.conv1.weight']).toEqual([3, 3, 16, 32])
    expect(shapesOf(game, 'generator')['residual1.branch.conv1.weight']).toEqual([3, 3, 16, 256])
  })

  it('has as many parameters as that comes to', () => {
    const block = (channels: number) => {
      const inner = 2 * channels
      return channels * inner + inner + 9 * 16 * inner + inner + inner * channels
    }
    const blocks = [16, 32, 64, 128].reduce((sum, channels) => sum + 2 * block(channels), 0)
    const between = 128 * 64 + 64 + 64 * 32 + 32 + 32 * 16 + 16
    expect(countOf(game, 'generator')).toBe(64 * 2048 + 2048 + blocks + between + 16 * 3 + 3)
    const down = 16 * 32 + 32 + 32 * 64 + 64 + 64 * 128 + 128
    expect(countOf(game, 'discriminator')).toBe(3 * 16 + 16 + blocks + down + 2048 + 1)
  })

  it('begins with branches of 0, and the rest of them scaled as Fixup has it', () => {
    const last = spreadOf(game, 'discriminator', 'residual1.branch.pointwise2.weight')
    expect(last.most).toBe(0)
    // He's deviation for the slope 0.2 and 128 inputs, by 8 branches of 3 layers: 8^(-1/4).
    const { deviation } = spreadOf(game, 'discriminator', 'residual8.branch.pointwise1.weight')
    expect(deviation / (Math.sqrt(2 / 1.04 / 128) * 8 ** -0.25)).toBeCloseTo(1, 1)
  })

  it('learns as the paper says', () => {
    expect(game).toMatchObject({ discriminatorSteps: 1, update: 'alternating', averageDecay: 0.999 })
    expect(game.penalties.map(({ name }) => name)).toEqual(['r1', 'r2'])
    // gamma / 2 times the squared length.
    expect(game.penalties.map(({ value }) => numbersOf(value(literal([3, 4], [1, 2])))[0])).toEqual([12.5, 12.5])
    expect(losses(game)[0]).toBeCloseTo(4.597435, 5)
    expect(losses(game)[1]).toBeCloseTo(4.822435, 5)
    // At the first update the rate has not yet fallen; without momentum, a gradient's sign decides.
    expect(moves(game.optimizers.generator, [0.5])[0]).toBeCloseTo(-5e-4, 8)
    expect(Object.keys(game.optimizers.generator.init({ weight: literal([0], [1]) }).first)).toEqual([])
  })
})

describe('wgan-gp', () => {
  const recipe = recipes['wgan-gp']
  const { settings: game } = recipe.game({ ...recipe.defaults, dataShape: [32, 32, 3] })

  it('learns as algorithm 1 says', () => {
    expect(game).toMatchObject({ batch: 64, discriminatorSteps: 5, update: 'alternating' })
    expect(game.penalties.map(({ name }) => name)).toEqual(['gradientPenalty'])
    // D(x) = 2x in 4 dimensions has the slope 4: lambda (4 - 1)^2.
    expect(numbersOf(game.penalties[0].value(literal([2, 2, 2, 2], [1, 4])))[0]).toBeCloseTo(90, 4)
    expect(losses(game)[0]).toBeCloseTo(-3.125, 5)
    expect(losses(game)[1]).toBeCloseTo(0.225, 5)
    expectAdam(game, 1e-4, 0, 0.9)
  })

  it('has a critic that judges each sample on its own', () => {
    expect(game.discriminator.mixesBatch).toBe(false)
    expect(game.generator.mixesBatch).toBe(true)
    expect(named(game, 'discriminator', 'layerNorm')).toHaveLength(4)
    expect(countOf(game, 'discriminator')).toBe(
      convolution(4, 3, 32, 1) + convolution(4, 32, 64, 1) + 128 + convolution(4, 64, 128, 1) + 256 + 2048 + 1,
    )
  })
})

describe('sngan', () => {
  const { sngan } = recipes
  const { settings: game } = sngan.game({ ...sngan.defaults, dataShape: [32, 32, 3], settings: { width: 64 } })

  it('has the networks of table 3', () => {
    expect(weightsOf(game, 'discriminator').map((shape) => shape.toString())).toEqual([
      '3,3,3,64',
      '4,4,64,64',
      '3,3,64,128',
      '4,4,128,128',
      '3,3,128,256',
      '4,4,256,256',
      '3,3,256,512',
      '8192,1',
    ])
    expect(weightsOf(game, 'generator').map((shape) => shape.toString())).toEqual([
      '128,8192',
      '4,4,256,512',
      '4,4,128,256',
      '4,4,64,128',
      '3,3,64,3',
    ])
  })

  it('follows the singular values of every weight of the discriminator, and of no other', () => {
    const { generator, discriminator } = first(game)
    expect(Object.keys(discriminator.buffers).filter((name) => name.endsWith('.u'))).toHaveLength(8)
    expect(Object.keys(generator.buffers).filter((name) => name.endsWith('.u'))).toEqual([])
    expect(game.discriminator.mixesBatch).toBe(false)
  })

  it('learns as setting C says', () => {
    expect(game).toMatchObject({ batch: 64, discriminatorSteps: 1, update: 'alternating', penalties: [] })
    expect(losses(game)[0]).toBeCloseTo(-3.125, 5)
    expect(losses(game)[1]).toBeCloseTo(6.75, 5)
    expectAdam(game, 2e-4, 0.5, 0.999)
  })
})

describe('conditional', () => {
  const { conditional } = recipes
  const by = (condition: 'projection' | 'concatenation' | 'classifier', dataShape: Shape = [8, 8, 1]) =>
    conditional.game({ ...conditional.defaults, dataShape, classes: 10, settings: { condition } }).settings

  it('gives the class to the generator, and to the discriminator in the way that is told', () => {
    for (const way of ['projection', 'concatenation', 'classifier'] as const) {
      expect(shapesOf(by(way), 'generator')['dense1.weight']).toEqual([110, 256])
    }
    expect(weightsOf(by('projection'), 'discriminator')).toEqual([
      [64, 512],
      [512, 256],
      [256, 1],
      [10, 256],
    ])
    expect(weightsOf(by('concatenation'), 'discriminator')).toEqual([
      [74, 512],
      [512, 256],
      [256, 1],
    ])
    expect(weightsOf(by('classifier'), 'discriminator').at(-1)).toEqual([256, 11])
    expect(by('classifier').condition).toMatchObject({ classes: 10, classifier: { name: 'auxiliaryClassifier' } })
    expect(by('projection').condition).toEqual({ classes: 10 })
  })

  it('takes points too', () => {
    expect(shapesOf(by('projection', [2]), 'generator')['dense4.weight']).toEqual([1024, 2])
  })

  it('says what it needs where there are no labels', () => {
    for (const classes of [null, undefined]) {
      const make = () => conditional.game({ ...conditional.defaults, dataShape: [8, 8, 1], classes: classes ?? null })
      expect(make).toThrow(UserError)
      expect(make).toThrow('the data has no labels; give data with labels, or take the recipe mlp.')
    }
  })
})

describe('paper: the configuration of 2014, line by line', () => {
  const { paper } = recipes
  const mean = Float64Array.from({ length: 784 }, (_, pixel) => (pixel * 255) / 783)
  const { settings: game } = paper.game({ ...paper.defaults, dataShape: [28, 28, 1], dataMean: () => mean })
  const initial = first(game)

  it('z uniform(-sqrt 3, sqrt 3) in 100 dimensions', () => {
    expect(game.prior.name).toBe('uniform')
    const random = randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)
    const draws = numbersOf(
      game.prior.sample({ random, batch: 100, example: {}, imitates: 'image', trainingSamples: () => constant(0) }),
    )
    expect(draws).toHaveLength(100 * 100)
    expect(Math.max(...draws)).toBeLessThanOrEqual(Math.sqrt(3))
    expect(Math.max(...draws)).toBeGreaterThan(1.72)
    expect(Math.min(...draws)).toBeLessThan(-1.72)
    // Variance 1.
    expect(draws.reduce((sum, value) => sum + value ** 2, 0) / draws.length).toBeCloseTo(1, 1)
  })

  it('the generator: ReLU 1200 twice, sigmoid 784, weights uniform +-.05, no dropout', () => {
    expect(shapesOf(game, 'generator')).toEqual({
      'dense1.weight': [100, 1200],
      'dense1.bias': [1200],
      'dense2.weight': [1200, 1200],
      'dense2.bias': [1200],
      'dense3.weight': [1200, 784],
      'dense3.bias': [784],
    })
    expect(countOf(game, 'generator')).toBe(101 * 1200 + 1201 * 1200 + 1201 * 784)
    for (const layer of ['dense1', 'dense2', 'dense3']) {
      const { most, deviation } = spreadOf(game, 'generator', `${layer}.weight`)
      expect(most).toBeLessThanOrEqual(0.05)
      expect(deviation).toBeCloseTo(0.05 / Math.sqrt(3), 3)
    }
    expect(spreadOf(game, 'generator', 'dense1.bias').most).toBe(0)
  })

  it("the generator's output bias from the data's marginals", () => {
    const bias = numbersOf(initial.generator.parameters['dense3.bias'])
    expect(1 / (1 + Math.exp(-bias[300]))).toBeCloseTo(300 / 783, 6)
    // Pixels that are always 0 or 255 have no logit: one of 1 in 10 million stands for it.
    expect([bias[0], bias[783]]).toEqual(
      [-16.118095650958317, 16.118095651017118].map((value) => expect.closeTo(value, 4)),
    )
    const { settings: unknown } = paper.game({ ...paper.defaults, dataShape: [28, 28, 1] })
    expect(spreadOf(unknown, 'generator', 'dense3.bias').most).toBe(0)
  })

  it('the discriminator: maxout 240 x 5 pieces twice, weights +-.005', () => {
    expect(shapesOf(game, 'discriminator')).toEqual({
      'maxout1.weight': [784, 1200],
      'maxout1.bias': [1200],
      'maxout2.weight': [240, 1200],
      'maxout2.bias': [1200],
      'dense1.weight': [240, 1],
      'dense1.bias': [1],
    })
    const { most, deviation } = spreadOf(game, 'discriminator', 'maxout1.weight')
    expect(most).toBeLessThanOrEqual(0.005)
    expect(deviation).toBeCloseTo(0.005 / Math.sqrt(3), 4)
  })

  it('dropout .5, input .2', () => {
    const random = randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)
    const mode = learning(random)
    // A discriminator of ones counts: the share of inputs that passed, each by 1 / .8, times the share of units, each by 1 / .5, twice.
    const parameters = Object.fromEntries(
      Object.entries(shapesOf(game, 'discriminator')).map(([name, shape]) => {
        const size = shape.reduce((product, extent) => product * extent, 1)
        return [name, literal(Array<number>(size).fill(name.endsWith('weight') ? 1 : 0), shape)]
      }),
    )
    const x = literal(Array<number>(784).fill(1), [1, 28, 28, 1])
    const { output } = game.discriminator.apply({ parameters, buffers: {} }, x, mode)
    const unit = (1 / 0.8) * (1 / 0.5) * (1 / 0.5)
    const kept = numbersOf(output)[0] / unit
    // kept = inputs x units x units, each near its share of 784, 240, 240.
    expect(kept).toBeCloseTo(Math.round(kept), 0)
    expect(kept / (784 * 240 * 240)).toBeGreaterThan(0.8 * 0.25 * 0.75)
    expect(kept / (784 * 240 * 240)).toBeLessThan(0.8 * 0.25 * 1.25)
  })

  it('batch 100; both updates from the same minibatch, simultaneous', () => {
    expect(game).toMatchObject({ batch: 100, update: 'simultaneous', discriminatorSteps: 1, penalties: [] })
    expect(game).toMatchObject({ averageDecay: null, dataRange: 'unit' })
  })

  it('the discriminator pays .5 (BCE + BCE), the generator does not saturate', () => {
    expect(losses(game)[0]).toBeCloseTo(1.38582, 5)
    expect(losses(game)[1]).toBeCloseTo(5.833866 / 2, 5)
  })

  it('SGD lr .1 divided by 1.000004 per update (floor 1e-6), momentum .5 -> .7 over epochs 1-250', () => {
    const { generator } = game.optimizers
    // velocity = m velocity + 1; parameter -= rate velocity.
    const twice = (rate: number, momentum: number) => [-rate, -rate - rate * (1 + momentum)]
    const closeTo = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5))
    expect(moves(generator, [1, 1])).toEqual(closeTo(twice(0.1, 0.5)))
    expect(moves(generator, [1, 1], 125_000)).toEqual(closeTo(twice(0.1 / 1.000004 ** 125_000, 0.7)))
    expect(moves(generator, [1, 1], 62_750)).toEqual(closeTo(twice(0.1 / 1.000004 ** 62_750, 0.6)))
    expect(moves(generator, [1], 10_000_000)[0]).toBeCloseTo(-1e-6, 10)
  })
})

describe('convolutional recipes', () => {
  it.each(['dcgan', 'r3gan', 'wgan-gp', 'sngan'] as const)('%s says which sizes of images it takes', (name) => {
    const recipe = recipes[name]
    const make = (dataShape: Shape) => () => recipe.game({ ...recipe.defaults, dataShape })
    for (const side of [16, 28, 32, 56, 64, 112, 128]) expect(make([side, side, 1])).not.toThrow()
    expect(make([32, 48, 3])).not.toThrow()
    for (const [height, width] of [
      [14, 14],
      [20, 20],
      [30, 30],
      [28, 30],
      [8, 8],
      [64, 65],
    ]) {
      expect(make([height, width, 1])).toThrow(UserError)
      expect(make([height, width, 1])).toThrow(
        `The recipe ${name} makes images with sides of 4 or 7 times a power of two, from 16 on (16, 28, 32, 56, 64, 112, 128, ...), ` +
          `not ${height} x ${width}; resize them, as --data images:FOLDER,32 does.`,
      )
    }
    expect(make([2])).toThrow(`The recipe ${name} learns images, and points are none; take the recipe points for them.`)
  })
})
