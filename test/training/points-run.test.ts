import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readNpy } from '../../src/data/npy.ts'
import { drawToy } from '../../src/data/toys.ts'
import { openSampler } from '../../src/runs/samples/run-sampler-node.ts'
import { writePoints } from '../../src/runs/samples/write-points-node.ts'
import { runsInFolder } from './running.ts'
import { expectRefusal } from '../data/refusal.ts'

const runs = runsInFolder()
const small = { latent: 3, generator: { units: [8] }, discriminator: { units: [8] } }
const options = { data: 'toy:moons', game: small, sampleEvery: 10, checkpointEvery: 8, logEvery: 5 }

describe('a run on points', () => {
  it('has pictures, a record, a model and a report, and goes on bit for bit', async () => {
    await runs.train('whole', { ...options, steps: 20 })
    const size = await sharp(runs.at('whole', 'samples/final.png')).metadata()
    expect(size).toMatchObject({ width: 960, height: 960, channels: 3 })
    const record = JSON.parse(runs.read('whole', 'options.json').toString())
    expect(record.data).toMatchObject({ name: 'toy:moons train', count: 100_000, shape: [2] })
    expect(record.model).toMatchObject({ shape: [2], range: null })
    const report = runs.read('whole', 'report.html').toString()
    expect(report).toContain('100,000 points in the plane')
    expect(report).toContain('const { points } = await session.run({ z })')
    expect(report.replace(/<script[^]*<\/script>/g, '')).not.toContain('undefined')

    await runs.train('cut', { ...options, steps: 12 })
    await runs.resume('cut', { steps: 20 })
    for (const file of ['checkpoints/step-000020.safetensors', 'samples/final.png', 'generator.onnx']) {
      expect(runs.read('cut', file).equals(runs.read('whole', file)), file).toBe(true)
    }
  })

  it('exports a generator that gives what is sampled', async () => {
    await runs.train('exported', { ...options, steps: 5 })
    const session = await InferenceSession.create(runs.at('exported', 'generator.onnx'))
    expect(session.outputNames).toEqual(['points'])
    const { points } = await session.run({ z: new Tensor('float32', new Float32Array(3 * 7), [7, 3]) })
    expect(points.dims).toEqual([7, 2])
  })

  it('is sampled into pictures and arrays', async () => {
    await runs.train('sampled', { ...options, steps: 5 })
    const { sample, real, close } = await openSampler(runs.at('sampled'))
    try {
      if (real === null) throw new Error('it knows of no points')
      expect(real.fingerprint()).toBe(drawToy('moons', 'train').fingerprint())
      const points = await sample(100, 1)
      await writePoints(runs.at('x.npy'), points, real)
      const array = readNpy(runs.read('x.npy'), 'x.npy')
      expect(array.shape).toEqual([100, 2])
      expect(array.values).toEqual(points)
      await writePoints(runs.at('x.png'), points, real)
      expect((await sharp(runs.at('x.png')).metadata()).width).toBe(960)
      await expectRefusal(writePoints(runs.at('folder'), points, real), 'Points are not written as a folder')
      await expectRefusal(writePoints(runs.at('x.jpg'), points, real), 'Points are not written as .jpg')
    } finally {
      await close()
    }
  })
})
