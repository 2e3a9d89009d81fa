import * as z from 'zod'
import type { Game, Reports } from '../gan/game/game.ts'
import { lossOver, objectives } from '../gan/losses/objectives.ts'
import { tracePlayer } from '../gan/players/traced-player.ts'
import type { TracedPlayer } from '../gan/players/traced-player.ts'
import {
  conv2d,
  convTranspose2d,
  inUse,
  instanceNorm,
  leakyRelu,
  normal,
  reflectPad,
  relu,
  residual,
  stack,
  tanh,
  zeros,
} from '../nn/index.ts'
import type { Layer, LayerVariables, Randomness } from '../nn/layer.ts'
import { adam, inverseSquareRoot } from '../optim/index.ts'
import type { OptimizerState } from '../optim/optimizer.ts'
import { UserError } from '../tensor/errors.ts'
import { imageField } from '../tensor/fields.ts'
import {
  abs,
  add,
  and,
  broadcast,
  cast,
  concat,
  constant,
  equal,
  gather,
  iota,
  less,
  mean,
  min,
  mul,
  or,
  randomUniform,
  reshape,
  sliceAxis,
  stopGradient,
  sub,
  where,
} from '../tensor/operations/index.ts'
import { range, sameShape } from '../tensor/shape.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import { adamSettings, firstChannels, slowdownSteps, weight } from './kinds.ts'
import { recipe } from './recipe.ts'
import type { GameOptions } from './recipe.ts'

/** Two generators G: X -> Y and F: Y -> X, a discriminator for each side, and pools of fakes for both. */
type CycleState = {
  readonly toTarget: LayerVariables
  readonly toSource: LayerVariables
  readonly targetDiscriminator: LayerVariables
  readonly sourceDiscriminator: LayerVariables
  readonly optimizers: Readonly<Record<PlayerName, OptimizerState>>
  readonly pools: { readonly target: Pool; readonly source: Pool }
}

const players = ['toTarget', 'toSource', 'targetDiscriminator', 'sourceDiscriminator'] as const
type PlayerName = (typeof players)[number]

/** Fakes of before: images [size, height, width, channels], and how many there are, i32 []. */
type Pool = { readonly images: Tensor; readonly filled: Tensor }

/**
 * Zhu et al. 2017, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks": what a generator
 * translates to the other side, another one translates back (equation 2); least squares against patches (section 4), pools of 50
 * fakes, Adam 2e-4 with beta1 0.5, weights from N(0, 0.02), instance normalization. Players as in their appendix, at a width that
 * two cores can train: theirs is 64, with 9 blocks at 256 x 256. The learning rate falls with the root of the steps, not
 * linearly to a planned end.
 */
export const cycle = recipe({
  name: 'cycle',
  summary: 'CycleGAN: from one look to another without pairs, for images',
  defaults: { batch: 4, learningRate: 2e-4, discriminatorSteps: 1, steps: 10_000, minutes: 30 },
  data: 'unpaired:mnist+stacked-mnist',
  settings: {
    width: firstChannels.default(16).describe('channels of the first layer of every player'),
    blocks: z.int().min(1).max(16).default(3).describe('residual blocks of the generators'),
    cycle: weight.default(10).describe('weight of the cycle-consistency loss (lambda)'),
    identity: weight
      .default(5)
      .describe('weight of the identity loss, which keeps colors; 0 for none, as where sides differ in channels'),
    pool: z.int().min(1).max(1000).default(50).describe('fakes of before that a discriminator is shown'),
    adam: adamSettings({ beta1: 0.5, beta2: 0.999 }),
    slowdown: slowdownSteps.default(10_000).describe('the learning rate is divided by the root of 1 + step / slowdown'),
  },
  game: (options, settings) => cycleGame(options, settings),
})

/** What can be set. */
interface CycleSettings {
  readonly width: number
  readonly blocks: number
  readonly cycle: number
  readonly identity: number
  readonly pool: number
  readonly adam: { readonly beta1: number; readonly beta2: number }
  readonly slowdown: number
}

function cycleGame(options: GameOptions, settings: CycleSettings): Game<CycleState> {
  const { dataShape: target, batch } = options
  const source = sourceShape(options)
  const isSame = sameShape(source, target)
  const layers: Readonly<Record<PlayerName, Layer>> = {
    toTarget: translator(target[2], settings),
    toSource: translator(source[2], settings),
    targetDiscriminator: patchDiscriminator(settings.width, target),
    sourceDiscriminator: patchDiscriminator(settings.width, source),
  }
  const inputs: Readonly<Record<PlayerName, Shape>> = {
    toTarget: source,
    toSource: target,
    targetDiscriminator: target,
    sourceDiscriminator: source,
  }
  const optimizer = adam({ learningRate: inverseSquareRoot(options.learningRate, settings.slowdown), ...settings.adam })
  const example = { image: imageField(target, 'signed'), source: imageField(source, 'signed') }
  return {
    example,
    batch,
    minibatches: 1,
    init(random) {
      const first = byName((name) => {
        const { parameters, buffers } = layers[name].init(inputs[name], random)
        return { parameters, buffers }
      })
      return {
        ...first,
        optimizers: byName((name) => optimizer.init(first[name].parameters)),
        pools: { target: emptyPool(settings.pool, target), source: emptyPool(settings.pool, source) },
      }
    },
    stages: [
      {
        name: 'game',
        steps: null,
        reports,
        step(state, examples, random) {
          const { image: y, source: x } = examples.next()
          const playing = byName((name) =>
            tracePlayer({
              name,
              layer: layers[name],
              variables: state[name],
              optimizer,
              optimizerState: state.optimizers[name],
              updates: random.source.step,
              random,
            }),
          )
          const { toTarget: G, toSource: F, targetDiscriminator: Dy, sourceDiscriminator: Dx } = playing

          // Both generators descend L(G, F, Dx, Dy) = L_GAN(G, Dy) + L_GAN(F, Dx) + lambda L_cyc(G, F)        (equation 3)
          const [fakeY, fakeX] = [play(G, x), play(F, y)]
          const toTarget = fooling(play(Dy, fakeY))
          const toSource = fooling(play(Dx, fakeX))
          const consistency = mul(add(distance(play(F, fakeY), x), distance(play(G, fakeX), y)), settings.cycle)
          // L_identity = E |G(y) - y| + E |F(x) - x|                                                        (section 5.2)
          const keepsIdentity = settings.identity > 0 && isSame
          const identity = keepsIdentity
            ? mul(add(distance(play(G, y), y), distance(play(F, x), x)), settings.identity)
            : constant(0)
          const generators = [toTarget, toSource, consistency, identity].reduce(add)
          G.descend(generators)
          F.descend(generators)

          // Each discriminator tells real images from fakes, those of before among them.
          const [shownY, poolY] = fromPool(state.pools.target, fakeY, random)
          const [shownX, poolX] = fromPool(state.pools.source, fakeX, random)
          const targetDiscriminator = telling(play(Dy, y), play(Dy, shownY))
          const sourceDiscriminator = telling(play(Dx, x), play(Dx, shownX))
          Dy.descend(targetDiscriminator)
          Dx.descend(sourceDiscriminator)

          return {
            state: {
              ...byName((name) => playing[name].variables),
              optimizers: byName((name) => playing[name].optimizerState),
              pools: { target: poolY, source: poolX },
            },
            report: {
              toTarget,
              toSource,
              targetDiscriminator,
              sourceDiscriminator,
              cycle: consistency,
              ...(keepsIdentity ? { identity } : {}),
            },
          }
        },
      },
    ],
    generation: {
      imitates: 'image',
      sample: example.image,
      prior: null,
      given: { source: example.source },
      generate: ({ toTarget }, _latents, given, random) =>
        layers.toTarget.apply(toTarget, given.source, inUse({}, random)).output,
    },
    realism: ({ targetDiscriminator }, samples) =>
      mean(layers.targetDiscriminator.apply(targetDiscriminator, samples, inUse()).output, { axes: [1, 2, 3] }),
  }
}

const reports = {
  toTarget: { tag: 'loss/to target', chart: 'Losses', title: 'G, to target', short: 'loss G' },
  toSource: { tag: 'loss/to source', chart: 'Losses', title: 'F, to source', short: 'F' },
  targetDiscriminator: { tag: 'loss/target discriminator', chart: 'Losses', title: 'D of the target' },
  sourceDiscriminator: { tag: 'loss/source discriminator', chart: 'Losses', title: 'D of the source' },
  cycle: { tag: 'term/cycle', chart: 'Terms', title: 'cycle', short: 'cycle' },
  identity: { tag: 'term/identity', chart: 'Terms', title: 'identity' },
} as const satisfies Reports

const byName = <T>(make: (name: PlayerName) => T): Record<PlayerName, T> => ({
  toTarget: make('toTarget'),
  toSource: make('toSource'),
  targetDiscriminator: make('targetDiscriminator'),
  sourceDiscriminator: make('sourceDiscriminator'),
})

const play = (player: TracedPlayer, values: Tensor): Tensor => player.play({ values, given: {} }).output
const distance = (a: Tensor, b: Tensor): Tensor => mean(abs(sub(a, b)))

/** Least squares (Mao et al. 2017), half of the squares, as their code halves the discriminator's loss. */
const telling = (real: Tensor, fake: Tensor): Tensor => lossOver(objectives.leastSquares.discriminator, [real], [fake])
/** The generator's whole square: that code halves the discriminator's loss alone. */
const fooling = (fake: Tensor): Tensor => mul(objectives.leastSquares.generator(fake, fake), 2)

function sourceShape({ fields = {}, dataShape }: GameOptions): Shape {
  const source = Object.hasOwn(fields, 'source') ? fields.source : undefined
  if (source?.kind !== 'numbers' || source.shape.length !== 3 || dataShape.length !== 3) {
    throw new UserError(
      'The recipe cycle translates images of one look into another; give it two sets, as --data unpaired:images:A,64+images:B,64.',
    )
  }
  if (!sameShape(source.shape.slice(0, 2), dataShape.slice(0, 2))) {
    const text = (shape: Shape) => shape.slice(0, 2).join(' x ')
    throw new UserError(
      `The recipe cycle takes images of one size on both sides, not ${text(source.shape)} and ${text(dataShape)}; resize them, as images:FOLDER,64 does.`,
    )
  }
  if (dataShape.slice(0, 2).some((side) => side % 4 !== 0 || side < 8)) {
    throw new UserError(
      `The recipe cycle takes images whose sides are multiples of 4, from 8 on, not ${dataShape.slice(0, 2).join(' x ')}; resize them.`,
    )
  }
  return source.shape
}

/** "Weights are initialized from a Gaussian distribution N(0, 0.02)." */
const initial = { initializer: normal(0.02), biasInitializer: zeros }
/** What a normalization would subtract again, a layer in front of it does not add. */
const beforeNorm = { ...initial, bias: false }

/** c7s1-w, d2w, d4w, residual blocks, u2w, uw, c7s1-channels (their appendix, section 7.2). */
function translator(channels: number, { width, blocks }: Pick<CycleSettings, 'width' | 'blocks'>): Layer {
  const block = () =>
    residual(
      stack([
        reflectPad(1),
        conv2d(4 * width, { kernel: 3, ...beforeNorm }),
        instanceNorm(),
        relu(),
        reflectPad(1),
        conv2d(4 * width, { kernel: 3, ...beforeNorm }),
        instanceNorm(),
      ]),
    )
  const down = (units: number) => [
    conv2d(units, { kernel: 3, stride: 2, padding: 1, ...beforeNorm }),
    instanceNorm(),
    relu(),
  ]
  const up = (units: number) => [
    convTranspose2d(units, { kernel: 3, stride: 2, padding: 1, outputPadding: 1, ...beforeNorm }),
    instanceNorm(),
    relu(),
  ]
  return stack([
    reflectPad(3),
    conv2d(width, { kernel: 7, ...beforeNorm }),
    instanceNorm(),
    relu(),
    ...down(2 * width),
    ...down(4 * width),
    ...range(blocks).map(block),
    ...up(2 * width),
    ...up(width),
    reflectPad(3),
    conv2d(channels, { kernel: 7, ...initial }),
    tanh(),
  ])
}

/** C64-C128-C256-C512 against patches of 70 x 70; smaller images are halved less often. */
function patchDiscriminator(width: number, [height, columns]: Shape): Layer {
  const halvings = Math.max(1, Math.min(3, Math.floor(Math.log2(Math.min(height, columns) / 8))))
  const inner = range(halvings)
    .slice(1)
    .flatMap((halving) => [
      conv2d(width * 2 ** halving, { kernel: 4, stride: 2, padding: 1, ...beforeNorm }),
      instanceNorm(),
      leakyRelu(0.2),
    ])
  return stack([
    conv2d(width, { kernel: 4, stride: 2, padding: 1, ...initial }),
    leakyRelu(0.2),
    ...inner,
    conv2d(width * 2 ** halvings, { kernel: 4, padding: 1, ...beforeNorm }),
    instanceNorm(),
    leakyRelu(0.2),
    conv2d(1, { kernel: 4, padding: 1, ...initial }),
  ])
}

const emptyPool = (size: number, shape: Shape): Pool => ({
  images: broadcast(constant(0), [size, ...shape]),
  filled: constant(0, 'i32'),
})

/**
 * The pool of Shrivastava et al. 2017, fake by fake: while there is room, it is kept and shown; later, in half of all cases one of
 * before is shown and makes room for it.
 */
function fromPool(pool: Pool, fakes: Tensor, { source, stream }: Randomness): [shown: Tensor, pool: Pool] {
  const [batch, ...shape] = fakes.shape
  const [size] = pool.images.shape
  const draws = randomUniform(source, stream(), [batch, 2])
  let { images, filled } = pool
  const shown = range(batch).map((member) => {
    const fake = stopGradient(sliceAxis(fakes, 0, member, 1))
    const draw = (column: number) => reshape(sliceAxis(sliceAxis(draws, 0, member, 1), 1, column, 1), [])
    const hasRoom = less(filled, size)
    const anyone = min(cast(mul(draw(0), size), 'i32'), size - 1)
    const slot = where(hasRoom, filled, anyone)
    const takesOld = and(less(draw(1), 0.5), less(size - 1, filled))
    const old = gather(images, reshape(slot, [1]))
    const isSlot = equal(reshape(iota(size), [size, ...shape.map(() => 1)]), slot)
    images = where(and(isSlot, or(hasRoom, takesOld)), fake, images)
    filled = min(add(filled, 1), size)
    return where(takesOld, old, fake)
  })
  return [concat(shown), { images, filled }]
}
