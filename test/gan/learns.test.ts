import { describe, expect, it } from 'vitest'
import type { Game } from '../../src/gan/game.ts'
import { drawLatents, generate, shownGenerator } from '../../src/gan/generate.ts'
import { objectives } from '../../src/gan/objectives.ts'
import type { ObjectiveName } from '../../src/gan/objectives.ts'
import { r1, r2 } from '../../src/gan/penalties.ts'
import { normalPrior } from '../../src/gan/priors.ts'
import { dense, leakyRelu, stack } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { constant, literal, randomNormal } from '../../src/tensor/operations/index.ts'
import { feedsOf, setTable } from './oracle.ts'

const source = { seed: literal([11, 12], [2], 'i32'), step: constant(0, 'i32') }
const center = [0.4, -0.3]
const spread = 0.25
const count = 400

/** A round cloud of points in the plane, f32. */
function cloud() {
  const [values] = interpret([randomNormal(source, 0, [count, 2])], new Map())
  return {
    values: values.map((value, at) => center[at % 2] + spread * value),
    shape: [count, 2],
    dtype: 'f32' as const,
  }
}

function statistics(points: Float64Array) {
  const axis = (at: number) => points.filter((_, index) => index % 2 === at)
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length
  const centers = [mean(axis(0)), mean(axis(1))]
  const spreads = [0, 1].map((at) => Math.sqrt(mean(axis(at).map((value) => (value - centers[at]) ** 2))))
  const correlation =
    mean(axis(0).map((x, index) => (x - centers[0]) * (axis(1)[index] - centers[1]))) / (spreads[0] * spreads[1])
  return { centers, spreads, correlation }
}

describe.each<ObjectiveName>(['nonSaturating', 'relativisticPaired'])(
  'a small game with the %s objective',
  (objective) => {
    it('learns a cloud of points', () => {
      const optimizer = adam({ learningRate: 0.01, beta1: 0.5, beta2: 0.99 })
      const game: Game = {
        generator: stack([dense(8), leakyRelu(), dense(2)]),
        discriminator: stack([dense(16), leakyRelu(), dense(16), leakyRelu(), dense(1)]),
        prior: normalPrior(2),
        objective: objectives[objective],
        penalties: [r1(0.3), r2(0.3)],
        optimizers: { generator: optimizer, discriminator: optimizer },
        discriminatorSteps: 1,
        update: 'alternating',
        averageDecay: 0.95,
        batch: 20,
        dataShape: [2],
        dataRange: 'signed',
      }
      const images = cloud()
      const { inputs, playMany, initial } = setTable(game, images)
      const latents = drawLatents(game, null, 1000, source)
      const samples = generate(game, shownGenerator(game, inputs), latents)
      const after = (state: typeof initial) => statistics(interpret([samples], feedsOf(inputs, state))[0])
      const real = statistics(images.values)
      const centerMiss = ({ centers }: typeof real) =>
        Math.hypot(centers[0] - real.centers[0], centers[1] - real.centers[1])
      expect(centerMiss(after(initial))).toBeGreaterThan(0.5)
      const learned = after(playMany(300).at(-1)?.state ?? initial)
      expect(centerMiss(learned)).toBeLessThan(0.08)
      learned.spreads.forEach((found, axis) => expect(Math.abs(found - real.spreads[axis])).toBeLessThan(0.08))
      expect(Math.abs(learned.correlation)).toBeLessThan(0.3)
    })
  },
)
