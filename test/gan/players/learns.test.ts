import { describe, expect, it } from 'vitest'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import type { ObjectiveName } from '../../../src/gan/losses/objectives.ts'
import { gradientPenalty, r1, r2 } from '../../../src/gan/losses/penalties.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import { createTrainer } from '../../../src/gan/training/trainer.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { dense, leakyRelu, stack } from '../../../src/nn/index.ts'
import { adam, inverseSquareRoot } from '../../../src/optim/index.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { constant, literal, randomNormal } from '../../../src/tensor/operations/index.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'

const source = { seed: literal([11, 12], [2], 'i32'), step: constant(0, 'i32') }
const center = [0.4, -0.3]
const spread = 0.25
const count = 400

/** A round cloud of points in the plane. */
function cloud(): Float32Array {
  const [values] = interpret([randomNormal(source, 0, [count, 2])], new Map())
  return Float32Array.from(values, (value, at) => center[at % 2] + spread * value)
}

function statistics(points: Float32Array) {
  const axis = (at: number) => points.filter((_, index) => index % 2 === at)
  const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length
  const centers = [mean(axis(0)), mean(axis(1))]
  const spreads = [0, 1].map((at) => Math.sqrt(mean(axis(at).map((value) => (value - centers[at]) ** 2))))
  const correlation =
    mean(axis(0).map((x, index) => (x - centers[0]) * (axis(1)[index] - centers[1]))) / (spreads[0] * spreads[1])
  return { centers, spreads, correlation }
}

/** A critic has to have slopes near 1, and to be ahead of the generator. */
const judging = (objective: ObjectiveName): Pick<TwoPlayerSettings, 'penalties' | 'discriminatorSteps'> =>
  objective === 'wasserstein'
    ? { penalties: [gradientPenalty(1)], discriminatorSteps: 5 }
    : { penalties: [r1(0.3), r2(0.3)], discriminatorSteps: 1 }

describe.each(Object.keys(objectives) as ObjectiveName[])('a small game with the %s objective', (objective) => {
  it('learns a cloud of points', async () => {
    const optimizer = adam({ learningRate: inverseSquareRoot(0.005, 200), beta1: 0, beta2: 0.99 })
    const game = twoPlayerGame({
      generator: stack([dense(16), leakyRelu(), dense(2)]),
      discriminator: stack([dense(32), leakyRelu(), dense(32), leakyRelu(), dense(1)]),
      prior: normalPrior(2),
      objective: objectives[objective],
      ...judging(objective),
      optimizers: { generator: optimizer, discriminator: optimizer },
      update: 'alternating',
      averageDecay: 0.99,
      batch: 64,
      dataShape: [2],
      dataRange: 'signed',
    })
    const points = cloud()
    const trainer = await createTrainer(createDevice(inlineEngine()), game, { points, count }, { seed: 1 })
    const real = statistics(points)
    const centerMiss = ({ centers }: typeof real) =>
      Math.hypot(centers[0] - real.centers[0], centers[1] - real.centers[1])
    expect(centerMiss(statistics(await trainer.sample(1000)))).toBeGreaterThan(0.3)
    await trainer.train(1000)
    const learned = statistics(await trainer.sample(1000))
    expect(centerMiss(learned)).toBeLessThan(0.08)
    learned.spreads.forEach((found, axis) => expect(Math.abs(found - real.spreads[axis])).toBeLessThan(0.08))
    expect(Math.abs(learned.correlation)).toBeLessThan(0.3)
  })
})
