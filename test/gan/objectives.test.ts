import { describe, expect, it } from 'vitest'
import { objectives } from '../../src/gan/objectives.ts'
import type { Objective, ObjectiveName } from '../../src/gan/objectives.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { input } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

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
  it.each<[ObjectiveName, number, number]>([
    ['nonSaturating', 1.38582, 5.833866],
    ['relativisticPaired', 4.597435, 4.822435],
    ['minimax', -4.510821, 5.833866],
  ])('%s', (name, generator, discriminator) => {
    const losses = evaluate(objectives[name], real, fake)
    expect(losses.generator.value).toBeCloseTo(generator, 5)
    expect(losses.discriminator.value).toBeCloseTo(discriminator, 5)
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

describe('the relativistic pairing', () => {
  it('gives both players the same loss with the parts exchanged', () => {
    const { generator } = evaluate(objectives.relativisticPaired, real, fake)
    const { discriminator } = evaluate(objectives.relativisticPaired, fake, real)
    expect(generator.value).toBeCloseTo(discriminator.value, 14)
  })

  it('depends on differences alone', () => {
    const shift = (values: readonly number[]) => values.map((value) => value + 3)
    const { discriminator } = evaluate(objectives.relativisticPaired, shift(real), shift(fake))
    expect(discriminator.value).toBeCloseTo(evaluate(objectives.relativisticPaired, real, fake).discriminator.value, 12)
  })
})

describe.each(names)('%s', (name) => {
  it('has the gradients that differences show', () => {
    const step = 1e-6
    const moved = (values: readonly number[], at: number, by: number) => values.map((v, i) => (i === at ? v + by : v))
    const base = evaluate(objectives[name], real, fake)
    for (const player of ['discriminator', 'generator'] as const) {
      const loss = (r: readonly number[], f: readonly number[]) => evaluate(objectives[name], r, f)[player].value
      for (let i = 0; i < 4; i++) {
        const byReal = (loss(moved(real, i, step), fake) - loss(moved(real, i, -step), fake)) / (2 * step)
        const byFake = (loss(real, moved(fake, i, step)) - loss(real, moved(fake, i, -step))) / (2 * step)
        expect(base[player].byReal[i]).toBeCloseTo(byReal, 7)
        expect(base[player].byFake[i]).toBeCloseTo(byFake, 7)
      }
    }
  })

  it('stays finite at logits of +-80, and a player who is wrong keeps the whole slope', () => {
    const { discriminator, generator } = evaluate(objectives[name], [-80, 80], [80, -80])
    for (const { value, byReal, byFake } of [discriminator, generator]) {
      expect([value, ...byReal, ...byFake].every(Number.isFinite)).toBe(true)
    }
    // The first pair fools the discriminator completely.
    expect(discriminator.byReal[0]).toBeCloseTo(-0.5, 12)
    expect(discriminator.byFake[0]).toBeCloseTo(0.5, 12)
  })

  it('says truly whether the generator depends on real scores', () => {
    const { byReal } = evaluate(objectives[name], real, fake).generator
    expect(byReal.some((slope) => slope !== 0)).toBe(objectives[name].needsRealInGenerator)
  })
})
