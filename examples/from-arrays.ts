/** Trains on data that the program makes: `node examples/from-arrays.ts [steps]` draws discs and squares, and leaves shapes.png. */
import { composeGrid, createTrainer, datasets, imagesOf, openDevice, recipes, writePicture } from 'forger-gan'

const side = 16
const count = 2000
const images = new Uint8Array(count * side * side)
const labels = new Uint8Array(count)
for (let index = 0; index < count; index++) {
  labels[index] = index % 2
  const radius = 2 + (index % 5)
  const [left, top] = [5 + (index % 7), 5 + (index % 6)]
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [right, down] = [Math.abs(x - left), Math.abs(y - top)]
      const distance = labels[index] === 0 ? Math.max(right, down) : Math.hypot(right, down)
      images[(index * side + y) * side + x] = distance <= radius ? 255 : 0
    }
  }
}
const source = datasets.fromArrays({
  name: 'shapes',
  images,
  shape: [side, side, 1],
  labels,
  classes: ['square', 'disc'],
})

const steps = Number(process.argv[2] ?? 1000)
const game = recipes.mlp.game({ ...recipes.mlp.defaults, dataShape: source.shape })
const device = await openDevice()
const trainer = await createTrainer(device, game, source)
const reports = await trainer.train(steps)
console.log(`${source.count} ${source.name}, after ${steps} steps`, reports.at(-1))
await writePicture('shapes.png', composeGrid(imagesOf(await trainer.sample(64), game)))
await device.engine.close()
