/**
 * A game of your own: eight clouds of points on a circle, and an objective that Forger does not have, least squares
 * (Mao et al. 2017). `node examples/own-game.ts [steps]` leaves clouds.png: where samples fall, seen from above.
 */
import {
  createTrainer,
  layers,
  normalPrior,
  openDevice,
  operations,
  optimizers,
  r1,
  twoPlayerGame,
  writePicture,
} from 'forger-gan'
import type { Objective, Tensor } from 'forger-gan'

const { dense, leakyRelu, stack } = layers
const { mean, mul, sub } = operations

const squaredDistance = (logits: Tensor, target: number): Tensor => mean(mul(sub(logits, target), sub(logits, target)))

const leastSquares: Objective = {
  discriminator: (real, fake) => operations.add(squaredDistance(real, 1), squaredDistance(fake, 0)),
  generator: (_real, fake) => squaredDistance(fake, 1),
  needsRealInGenerator: false,
}

const hidden = () => [dense(64), leakyRelu(), dense(64), leakyRelu()]
const optimizer = optimizers.adam({ learningRate: 1e-3, beta1: 0.5, beta2: 0.99 })

const game = twoPlayerGame({
  generator: stack([...hidden(), dense(2)]),
  discriminator: stack([...hidden(), dense(1)]),
  prior: normalPrior(8),
  objective: leastSquares,
  penalties: [r1(0.1)],
  optimizers: { generator: optimizer, discriminator: optimizer },
  discriminatorSteps: 1,
  update: 'alternating',
  averageDecay: 0.99,
  batch: 128,
  dataShape: [2],
  dataRange: null,
})

/** Points of eight clouds, one after the other, in an order that looks like none. */
const count = 8192
const points = Float32Array.from({ length: 2 * count }, (_, index) => {
  const [point, axis] = [index >> 1, index & 1]
  const angle = (Math.PI / 4) * (point % 8)
  const around = 0.04 * Math.sin(point * 12.9898 + axis * 78.233)
  return 0.75 * (axis === 0 ? Math.cos(angle) : Math.sin(angle)) + around
})

const steps = Number(process.argv[2] ?? 4000)
const device = await openDevice({ threads: 1 })
const trainer = await createTrainer(device, game, { points, count })
const reports = await trainer.train(steps)
console.log(`after ${steps} steps`, reports.at(-1))

const size = 128
const pixels = new Uint8Array(size * size)
const samples = await trainer.sample(2048)
for (let point = 0; point < samples.length; point += 2) {
  const [x, y] = [samples[point], samples[point + 1]].map((value) => Math.floor(((value + 1) / 2) * size))
  if (x >= 0 && x < size && y >= 0 && y < size) pixels[y * size + x] = 255
}
await writePicture('clouds.png', { width: size, height: size, channels: 1, pixels })
await device.close()
