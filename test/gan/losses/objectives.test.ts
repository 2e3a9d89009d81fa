import { describe, expect, it } from 'vitest'
import { objectives, smoothed } from '../../../src/gan/losses/objectives.ts'
import type { Objective, ObjectiveName } from '../../../src/gan/losses/objectives.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { gradients } from '../../../src/tensor/grad.ts'
import { input } from '../../../src/tensor/operations/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { compiled } from '../../runtime/compiled.ts'

const names = Object.keys(objectives) as ObjectiveName[]

/** Both losses and their gradients by (real, fake). */
function evaluate(objective: Objective, realValues: readonly number[], fakeValues: readonly number[]) {
  const real = input('real', [realValues.length])
  const fake = input('fake', [fakeValues.length])
  const feeds = new Map<Tensor, readonly number[]>([
    [real, realValues],
    [fake, fakeValues],
  ])
  const losses = { discriminator: objective.discriminator(real, fake), generator: objective.generator(real, fake) }
  const of = (loss: Tensor) => {
    const [[value], byReal, byFake] = interpret([loss, ...gradients(loss, [real, fake])], feeds)
    return { value, byReal: [...byReal], byFake: [...byFake] }
  }
  return { discriminator: of(losses.discriminator), generator: of(losses.generator) }
}

const real = [-5, 1.4, 12.5, 2.7]
const fake = [10, 4.4, -5.5, 3.6]

describe('golden losses', () => {
  const others = [-2, 0.4, 12.5, 2.7]
  it.each<[ObjectiveName, readonly number[], readonly number[], number, number]>([
    ['minimax', real, fake, -4.510821, 5.833866],
    ['nonSaturating', real, fake, 1.38582, 5.833866],
    ['leastSquares', real, fake, 17.69625, 41.73375],
    ['leastSquares', [1.3, 2.9, 8.4, 6.3], [4.8, 1.2, -3.5, 5.9], 7.3425, 19.76125],
    ['wasserstein', real, fake, -3.125, 0.225],
    ['wasserstein', [1.3, 2.9, 8.4, 6.3], [4.8, 1.2, -3.5, 5.9], -2.1, -2.625],
    ['hinge', real, fake, -3.125, 6.75],
    ['relativisticPaired', real, fake, 4.597435, 4.822435],
    ['relativisticAverage', others, fake, 4.9401135, 4.390114],
  ])('%s of %j and %j', (name, realScores, fakeScores, generator, discriminator) => {
    const losses = evaluate(objectives[name], realScores, fakeScores)
    expect(Math.abs(losses.generator.value - generator)).toBeLessThanOrEqual(1e-6)
    expect(Math.abs(losses.discriminator.value - discriminator)).toBeLessThanOrEqual(1e-6)
  })
})

describe('equation 1', () => {
  const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit))
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const value =
    average(real.map((logit) => Math.log(sigmoid(logit)))) + average(fake.map((logit) => Math.log(1 - sigmoid(logit))))

  it('is what the discriminator ascends', () => {
    expect(evaluate(objectives.minimax, real, fake).discriminator.value).toBeCloseTo(-value, 12)
    expect(evaluate(objectives.nonSaturating, real, fake).discriminator.value).toBeCloseTo(-value, 12)
  })

  it('is what the generator of the minimax game descends, but for a part that it cannot change', () => {
    const { generator, discriminator } = evaluate(objectives.minimax, real, fake)
    generator.byFake.forEach((slope, index) => expect(slope).toBeCloseTo(-discriminator.byFake[index], 14))
  })

  it('is worth -log 4 where the discriminator cannot tell (theorem 1)', () => {
    expect(evaluate(objectives.minimax, [0, 0], [0, 0]).discriminator.value).toBeCloseTo(Math.log(4), 14)
  })

  it('is highest at D = p_data / (p_data + p_g) (proposition 1)', () => {
    // One point x of which p_data makes three of four real samples and p_g one of four fakes.
    const logit = Math.log(0.75 / 0.25)
    const { discriminator } = evaluate(
      objectives.minimax,
      [logit, logit, logit, -logit],
      [logit, -logit, -logit, -logit],
    )
    const { byReal, byFake } = discriminator
    expect(byReal[0] * 3 + byFake[0]).toBeCloseTo(0, 14)
    expect(byReal[3] + byFake[1] * 3).toBeCloseTo(0, 14)
  })
})

/** What every objective is held to. */
interface Expected {
  /** How scores look from the other side: real and fake, and which is which, exchanged. */
  readonly mirror: (score: number) => number
  /** Gradients of both losses where one pair fools the discriminator completely and one not at all. */
  readonly saturated: Readonly<Record<'discriminator' | 'generator', { byReal: number[]; byFake: number[] }>>
}

const negated = (score: number) => -score
const wrongHalf = { byReal: [-0.5, 0], byFake: [0.5, 0] }

const expected: Record<ObjectiveName, Expected> = {
  minimax: {
    mirror: negated,
    // What fools the discriminator already is all that the generator learns from.
    saturated: { discriminator: wrongHalf, generator: { byReal: [0, 0], byFake: [-0.5, 0] } },
  },
  nonSaturating: {
    mirror: negated,
    saturated: { discriminator: wrongHalf, generator: { byReal: [0, 0], byFake: [0, -0.5] } },
  },
  leastSquares: {
    mirror: (score) => 1 - score,
    saturated: {
      discriminator: { byReal: [-40.5, 39.5], byFake: [40, -40] },
      generator: { byReal: [0, 0], byFake: [39.5, -40.5] },
    },
  },
  wasserstein: {
    mirror: negated,
    saturated: {
      discriminator: { byReal: [-0.5, -0.5], byFake: [0.5, 0.5] },
      generator: { byReal: [0, 0], byFake: [-0.5, -0.5] },
    },
  },
  hinge: {
    mirror: negated,
    saturated: { discriminator: wrongHalf, generator: { byReal: [0, 0], byFake: [-0.5, -0.5] } },
  },
  relativisticPaired: {
    mirror: negated,
    saturated: { discriminator: wrongHalf, generator: { byReal: [0, 0.5], byFake: [0, -0.5] } },
  },
  relativisticAverage: {
    mirror: negated,
    saturated: {
      discriminator: { byReal: [-0.75, -0.25], byFake: [0.75, 0.25] },
      generator: { byReal: [0.25, 0.75], byFake: [-0.25, -0.75] },
    },
  },
  dualContrastive: {
    mirror: negated,
    saturated: {
      discriminator: { byReal: [-1.25, -0.25], byFake: [1.25, 0.25] },
      generator: { byReal: [0.25, 1.25], byFake: [-0.25, -1.25] },
    },
  },
}

const players = ['discriminator', 'generator'] as const

describe.each(names)('%s', (name) => {
  const objective = objectives[name]

  it('gives one number for scores of any shape', () => {
    for (const shape of [[4], [4, 1], [2, 3]]) {
      for (const player of players) {
        const loss = objective[player](input('real', shape), input('fake', shape))
        expect([loss.shape, loss.dtype]).toEqual([[], 'f32'])
      }
    }
  })

  it('has the gradients that differences show', () => {
    const step = 1e-6
    const moved = (values: readonly number[], at: number, by: number) => values.map((v, i) => (i === at ? v + by : v))
    const base = evaluate(objective, real, fake)
    for (const player of players) {
      const loss = (r: readonly number[], f: readonly number[]) => evaluate(objective, r, f)[player].value
      for (let i = 0; i < 4; i++) {
        const byReal = (loss(moved(real, i, step), fake) - loss(moved(real, i, -step), fake)) / (2 * step)
        const byFake = (loss(real, moved(fake, i, step)) - loss(real, moved(fake, i, -step))) / (2 * step)
        expect(base[player].byReal[i]).toBeCloseTo(byReal, 7)
        expect(base[player].byFake[i]).toBeCloseTo(byFake, 7)
      }
    }
  })

  it('lets the discriminator raise real scores and lower those of fakes, and the generator raise the latter', () => {
    const { discriminator, generator } = evaluate(objective, [0.3, 0.6, 0.8], [0.05, 0.1, 0.2])
    expect(Math.max(...discriminator.byReal)).toBeLessThan(0)
    expect(Math.min(...discriminator.byFake)).toBeGreaterThan(0)
    expect(Math.max(...generator.byFake)).toBeLessThan(0)
  })

  it('treats both kinds of samples alike', () => {
    const { mirror } = expected[name]
    const here = evaluate(objective, real, fake).discriminator
    const there = evaluate(objective, fake.map(mirror), real.map(mirror)).discriminator
    expect(there.value).toBeCloseTo(here.value, 12)
    there.byFake.forEach((slope, i) => expect(slope).toBeCloseTo(-here.byReal[i], 12))
  })

  it('keeps the right slopes at scores of +-80, in float64 and compiled in float32', async () => {
    const found = evaluate(objective, [-80, 80], [80, -80])
    for (const player of players) {
      const { value, byReal, byFake } = found[player]
      expect(Number.isFinite(value)).toBe(true)
      const wanted = expected[name].saturated[player]
      const scores = [input('real', [2]), input('fake', [2])] as const
      const loss = objective[player](...scores)
      const { values } = await compiled(
        [loss, ...gradients(loss, scores)],
        new Map([
          [scores[0], [-80, 80]],
          [scores[1], [80, -80]],
        ]),
      )
      expect(values[0][0]).toBeCloseTo(value, 4)
      for (const [slopes, wantedSlopes] of [
        [byReal, wanted.byReal],
        [byFake, wanted.byFake],
        [values[1], wanted.byReal],
        [values[2], wanted.byFake],
      ]) {
        slopes.forEach((slope, i) => expect(slope).toBeCloseTo(wantedSlopes[i], 12))
      }
    }
  })

  it('says truly whether the generator depends on real scores', () => {
    const { byReal } = evaluate(objective, real, fake).generator
    expect(byReal.some((slope) => slope !== 0)).toBe(objective.needsRealInGenerator)
  })
})

describe.each(['relativisticPaired', 'relativisticAverage'] as const)('%s', (name) => {
  it('gives both players the same loss with the parts exchanged', () => {
    const { generator } = evaluate(objectives[name], real, fake)
    const { discriminator } = evaluate(objectives[name], fake, real)
    expect(generator.value).toBeCloseTo(discriminator.value, 14)
  })

  it('depends on differences alone', () => {
    const shift = (values: readonly number[]) => values.map((value) => value + 3)
    const { discriminator } = evaluate(objectives[name], shift(real), shift(fake))
    expect(discriminator.value).toBeCloseTo(evaluate(objectives[name], real, fake).discriminator.value, 12)
  })
})

it('dualContrastive contrasts each sample with all of the other side (equations 3 and 4 of the paper)', () => {
  const contrasted = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, one) => sum + Math.log(1 + b.reduce((all, other) => all + Math.exp(other - one), 0)), 0) / a.length
  const opposite = (values: readonly number[]) => values.map((value) => -value)
  const { discriminator, generator } = evaluate(objectives.dualContrastive, real, fake)
  expect(discriminator.value).toBeCloseTo(contrasted(real, fake) + contrasted(opposite(fake), opposite(real)), 12)
  expect(generator.value).toBeCloseTo(contrasted(fake, real) + contrasted(opposite(real), opposite(fake)), 12)
})

describe('label smoothing', () => {
  const targeting = ['minimax', 'nonSaturating', 'leastSquares'] as const

  it.each(targeting)('of 0 leaves %s alone', (name) => {
    expect(evaluate(smoothed(objectives[name], 0), real, fake)).toEqual(evaluate(objectives[name], real, fake))
  })

  it.each(targeting)("never reaches the generator's loss of %s", (name) => {
    const { generator } = evaluate(smoothed(objectives[name], 0.1), real, fake)
    expect(generator).toEqual(evaluate(objectives[name], real, fake).generator)
  })

  it('is the cross-entropy with the target 1 - smoothing for real samples', () => {
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length
    const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit))
    const ofReal = real.map((logit) => -0.9 * Math.log(sigmoid(logit)) - 0.1 * Math.log(sigmoid(-logit)))
    const ofFake = fake.map((logit) => -Math.log(sigmoid(-logit)))
    const { discriminator } = evaluate(smoothed(objectives.nonSaturating, 0.1), real, fake)
    expect(discriminator.value).toBeCloseTo(mean(ofReal) + mean(ofFake), 12)
  })

  it('is content with real scores at the target, where it has a slope against surer ones', () => {
    const logit = Math.log(0.9 / 0.1)
    const entropy = evaluate(smoothed(objectives.nonSaturating, 0.1), [logit, 80], [0, 0]).discriminator
    expect(entropy.byReal[0]).toBeCloseTo(0, 12)
    expect(entropy.byReal[1]).toBeCloseTo(0.05, 12)
    const squares = evaluate(smoothed(objectives.leastSquares, 0.1), [0.9, 1], [0, 0]).discriminator
    expect(squares.byReal[0]).toBeCloseTo(0, 12)
    expect(squares.byReal[1]).toBeCloseTo(0.05, 12)
  })

  it('is refused where it would turn the labels round', () => {
    expect(() => smoothed(objectives.minimax, 0.5)).toThrow(UserError)
    expect(() => smoothed(objectives.minimax, -0.1)).toThrow(
      'Labels cannot be smoothed by -0.1; give a number in [0, 0.5).',
    )
  })
})
