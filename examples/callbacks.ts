/**
 * A run with callbacks, code of your own that it calls every so many steps: `node examples/callbacks.ts [steps] [folder]`. One draws
 * a picture of 16 samples, larger than the run's own; the other stops the run once the discriminator is no longer fooled at all.
 */
import { join } from 'node:path'
import { composeGrid, imagesOf, openRun, trainRun, writePicture } from 'forger-gan'
import type { Callback } from 'forger-gan'

const steps = Number(process.argv[2] ?? 600)
const out = process.argv[3] ?? 'run-with-callbacks'

const picture: Callback = {
  name: 'large picture',
  every: Math.ceil(steps / 3),
  async run({ step, run }) {
    const { trainer, folder } = run
    const images = imagesOf(await trainer.sample(16, 1), trainer.game)
    await writePicture(join(folder.path, `large-${step}.png`), composeGrid(images, { columns: 4, scale: 8 }))
    console.log(`step ${step}: large-${step}.png`)
  },
}

const guard: Callback = {
  name: 'guard',
  every: 1,
  run({ step, report, stop }) {
    if (report.fakeScore > 1e-6) return
    console.log(`step ${step}: D(G(z)) is ${report.fakeScore}, so the run stops`)
    stop()
  },
}

const run = await openRun({ recipe: 'mlp', data: 'mnist', steps, out })
for await (const event of trainRun(run, { callbacks: [picture, guard] })) {
  if (event.kind === 'end') console.log(`${event.result.step} steps, ended by ${event.result.reason}`)
}
await run.close()
