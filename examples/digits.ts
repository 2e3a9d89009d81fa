/** The game of `forger train` in fifteen lines: `node examples/digits.ts [steps]` leaves digits.png and generator.onnx. */
import { writeFile } from 'node:fs/promises'
import {
  composeGrid,
  createTrainer,
  exportGenerator,
  imagesOf,
  loadSource,
  openDevice,
  recipes,
  writePicture,
} from 'forger-gan'

const steps = Number(process.argv[2] ?? 1000)
const source = await loadSource('mnist')
const game = recipes.mlp.game(source)
const device = await openDevice()
const trainer = await createTrainer(device, game, source, { seed: 1 })
for (let step = 0; step < steps; step += 100) {
  const reports = await trainer.train(Math.min(100, steps - step))
  console.log(step + reports.length, reports.at(-1))
}
await writePicture('digits.png', composeGrid(imagesOf(await trainer.sample(64), game)))
await writeFile('generator.onnx', exportGenerator(trainer))
await device.close()
