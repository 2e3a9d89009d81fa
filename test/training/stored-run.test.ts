import { mkdirSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { expectRefusal } from '../data/refusal.ts'
import { runsInFolder } from './running.ts'

const runs = runsInFolder()

/** 30 pictures of 4 x 4 in color. */
async function makePictures(folder: string): Promise<void> {
  mkdirSync(folder)
  for (let index = 0; index < 30; index++) {
    const pixels = Uint8Array.from({ length: 48 }, (_, at) => (at * 37 + index * 11) % 256)
    await sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } }).toFile(`${folder}/${index}.png`)
  }
}

describe('a run on images that are too many to be held', () => {
  it('goes on bit for bit, and only with the same memory', async () => {
    // Pictures that are read from a folder are the ones that can stay in a file.
    await makePictures(runs.at('pictures'))
    const stored = {
      data: `images:${runs.at('pictures')}`,
      game: { latent: 3, generator: { units: [8] }, discriminator: { units: [8] } },
      batch: 4,
      sampleEvery: 10,
      checkpointEvery: 8,
    }
    vi.stubEnv('FORGER_CACHE', runs.at('cache'))
    vi.stubEnv('FORGER_DATA_MEMORY', String(2 * 9 * 48))
    await runs.train('stored', { ...stored, steps: 20 })
    await runs.train('stopped', { ...stored, steps: 7 })
    await runs.resume('stopped', { steps: 20 })
    for (const file of ['checkpoints/step-000020.safetensors', 'generator.onnx']) {
      expect(runs.read('stopped', file).equals(runs.read('stored', file)), file).toBe(true)
    }
    vi.stubEnv('FORGER_DATA_MEMORY', String(2 * 13 * 48))
    await expectRefusal(
      runs.resume('stopped', { steps: 30 }),
      'is not what the run in',
      'as many have to be as then (FORGER_DATA_MEMORY)',
    )
    vi.stubEnv('FORGER_DATA_MEMORY', '')
    await expectRefusal(runs.resume('stopped', { steps: 30 }), 'is not what the run in')
  })
})
