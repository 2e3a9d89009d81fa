import { expect, it } from 'vitest'
import { meanOf } from '../../src/data/image-mean.ts'
import { prepareRun } from '../../src/runs/opening/open-run-node.ts'
import { completeOptions } from '../../src/runs/options/complete-options.ts'
import { read } from '../../src/runtime/device.ts'
import { runsInFolder } from '../training/running.ts'

const runs = runsInFolder()

it('is the mean of each number of an image', () => {
  const images = Uint8Array.from([0, 10, 20, 30, 255, 255, 6, 5, 4, 3, 255, 0])
  expect([...meanOf({ images, shape: [1, 2, 3], count: 2 })]).toEqual([3, 7.5, 12, 16.5, 255, 127.5])
})

it('is where the generator of the recipe paper begins', async () => {
  const game = { latent: 3, units: 4, maxout: { units: 2, pieces: 2 } }
  const options = await completeOptions({ ...runs.optionsFor('unused', {}), recipe: 'paper', game })
  const { trainer, source, close } = await prepareRun(options)
  try {
    const bias = trainer.variables.get('generator.parameters.dense3.bias')
    if (bias === undefined || source.kind !== 'images') throw new Error('no generator of images')
    const shares = Array.from(read(trainer.device, bias), (logit) => 1 / (1 + Math.exp(-logit)))
    const means = Array.from(meanOf(source), (mean) => expect.closeTo(mean / 255, 5))
    expect(shares).toEqual(means)
  } finally {
    await close()
  }
})
