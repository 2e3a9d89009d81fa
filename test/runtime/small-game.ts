import { objectives } from '../../src/gan/losses/objectives.ts'
import { r1, r2 } from '../../src/gan/losses/penalties.ts'
import { normalPrior } from '../../src/gan/priors/priors.ts'
import { createTrainer } from '../../src/gan/training/trainer.ts'
import { twoPlayerGame } from '../../src/gan/players/two-player-game.ts'
import { batchNorm, dense, dropout, leakyRelu, maxout, stack, tanh } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { contentsOf } from '../../src/runtime/device.ts'
import type { Device } from '../../src/runtime/device.ts'

// Runs in Node and in pages alike, so that both can be compared.

const side = 12
const count = 90

/** Small, but with all that an MLP game can have, and products that are cut into several tiles and panels. */
const game = twoPlayerGame({
  generator: stack([dense(64), batchNorm(), leakyRelu(), dense(side * side), tanh()]),
  discriminator: stack([dense(290), leakyRelu(), dropout(0.2), maxout(20, 3), dense(1)]),
  prior: normalPrior(10),
  objective: objectives.relativisticPaired,
  penalties: [r1(0.5), r2(0.5)],
  optimizers: { generator: adam({ learningRate: 1e-3 }), discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }) },
  discriminatorSteps: 1,
  update: 'alternating',
  averageDecay: 0.99,
  batch: 40,
  dataShape: [side * side],
  dataRange: 'signed',
})

/** Bright bars on dark ground. */
const images = Uint8Array.from({ length: count * side * side }, (_, i) => {
  const [sample, row] = [Math.floor(i / side / side), Math.floor(i / side) % side]
  return (row + sample) % side < 4 ? 200 + (sample % 50) : 10
})

export interface Outcome {
  /** Over the bytes of every variable of the state and of drawn samples. */
  readonly hash: string
  readonly discriminatorLoss: number
  readonly finite: boolean
}

/** Trains the game on a device. Equal numbers have equal hashes. */
export async function trainSmallGame(device: Device, steps: number): Promise<Outcome> {
  const trainer = await createTrainer(device, game, { images, count }, { seed: 2 ** 40 + 7 })
  const reports = await trainer.train(steps)
  const samples = await trainer.sample(30, 5)
  const arrays = [...[...trainer.variables.values()].map((variable) => contentsOf(device, variable)), samples]
  // A copy, as digests refuse memory that is shared.
  const bytes = Uint8Array.from(
    arrays.flatMap(({ buffer, byteOffset, byteLength }) => [...new Uint8Array(buffer, byteOffset, byteLength)]),
  )
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return {
    hash: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    discriminatorLoss: reports[reports.length - 1].discriminatorLoss,
    finite: reports.every(({ finite }) => finite === 1),
  }
}
