import { readdirSync, readFileSync, rmSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readNpy } from '../../../src/data/npy.ts'
import { openRun } from '../../../src/runs/opening/open-run-node.ts'
import { openSampler } from '../../../src/runs/samples/run-sampler-node.ts'
import { imagesOf } from '../../../src/runs/samples/sample-images.ts'
import { trainRun } from '../../../src/training/train-run-node.ts'
import { writeSamples } from '../../../src/runs/samples/write-samples-node.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { runsInFolder } from '../../training/running.ts'

const runs = runsInFolder()

describe('openSampler', () => {
  it('draws what the run itself would, from its last checkpoint or another, also when the data is gone', async () => {
    const run = await openRun(runs.optionsFor('run', { steps: 8, checkpointEvery: 4 }))
    const expected = new Map<number, Float32Array>()
    for await (const event of trainRun(run)) {
      if (event.kind === 'checkpoint') expected.set(event.step, await run.trainer.sample(70, 5))
      // While it trains: no lock is in the way.
      if (event.kind === 'checkpoint' && event.step === 4) await (await openSampler(runs.at('run'))).close()
    }
    await run.close()
    const images = runs.read('images.idx')
    rmSync(runs.at('images.idx'))
    for (const step of [undefined, 4, 8]) {
      const sampler = await openSampler(runs.at('run'), step)
      expect(sampler.step).toBe(step ?? 8)
      expect(await sampler.sample(70, 5)).toEqual(expected.get(step ?? 8))
      await sampler.close()
    }
    expect(images.length).toBeGreaterThan(0)
  })

  it('says which checkpoints there are', async () => {
    const attempt = openSampler(runs.at('run'), 6)
    await expect(attempt).rejects.toThrow(UserError)
    await expect(attempt).rejects.toThrow('has no checkpoint of step 6; it has 4, 8.')
    await expect(openSampler(runs.at('nowhere'))).rejects.toThrow('it has no options.json')
  })
})

describe('writeSamples', () => {
  it('writes the same images as a picture, an array, or single files', async () => {
    const { game, sample, close } = await openSampler(runs.at('run'))
    const draw = async (count: number, first: number) => imagesOf(await sample(count, 1, { first }), game)
    const { images } = await draw(300, 0)
    await writeSamples(runs.at('all.npy'), 300, 60, draw)
    expect(readNpy(readFileSync(runs.at('all.npy')), 'all.npy')).toMatchObject({
      shape: [300, 5, 4, 3],
      type: 'uint8',
      values: images,
    })
    await writeSamples(runs.at('single'), 300, 60, draw)
    const names = readdirSync(runs.at('single')).toSorted()
    expect(names).toHaveLength(300)
    for (const index of [0, 255, 256, 299]) {
      const { data, info } = await sharp(runs.at('single', names[index])).raw().toBuffer({ resolveWithObject: true })
      expect(info).toMatchObject({ width: 4, height: 5, channels: 3 })
      expect([...data]).toEqual([...images.subarray(index * 60, (index + 1) * 60)])
    }
    await writeSamples(runs.at('grid.png'), 9, 60, draw)
    expect(await sharp(runs.at('grid.png')).metadata()).toMatchObject({ width: 3 * 4 + 2 * 2, height: 3 * 5 + 2 * 2 })
    for (const out of ['x.jpg', 'missing/x.png', 'grid.png/x.npy']) {
      await expect(writeSamples(runs.at(out), 2, 60, draw)).rejects.toThrow(UserError)
    }
    await close()
  })
})
