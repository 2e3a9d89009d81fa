import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mlp } from '../../src/recipes/mlp.ts'
import { embedPicture } from '../../src/files/embed-picture-node.ts'
import { runOptions } from '../../src/runs/options/run-options.ts'
import { writePicture } from '../../src/files/write-picture-node.ts'
import { writeReport } from '../../src/report/write-report-node.ts'
import { runFolderAt } from '../../src/runs/folder/run-folder.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { meansAt } from './some-report-facts.ts'

let folder = ''
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'forger-report-')), 'a <run>')
  await mkdir(join(folder, 'samples'), { recursive: true })
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

const options = {
  ...runOptions.parse({ data: 'mnist', seed: 7, sampleEvery: 10 }),
  batch: 128,
  learningRate: 0.001,
  steps: 40,
  minutes: null,
  threads: 2,
  game: mlp.settings.parse({ latent: 64 }),
}
const record = {
  started: '2026-11-23T05:14:24.165Z',
  options,
  data: { name: 'mnist train', count: 60_000, shape: [28, 28, 1], fingerprint: 'a3b192cd' },
  model: { latent: [64], prior: 'normal', shape: [28, 28, 1], range: [-1, 1] },
  versions: { forger: '0.1.0', node: '26.10.0', v8: '14.6' },
  machine: { processor: 'some processor', cores: 2 },
  resumed: [],
}
const rollback = { step: 33, time: '2026-11-23T05:15:24.165Z', rollback: 'Too fast.', backTo: 30, learningRate: 5e-4 }

const gray = (width: number, height: number, shade: number) => ({
  width,
  height,
  channels: 1 as const,
  pixels: new Uint8Array(width * height).fill(shade),
})

async function writeRun() {
  const files = runFolderAt(folder)
  await writeFile(files.options, JSON.stringify(record))
  const lines = [meansAt(10), meansAt(30), rollback, meansAt(40)]
  await writeFile(files.log, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"step":50,"epo`)
  for (const step of [10, 20, 30, 40]) await writePicture(files.samplesAt(step), gray(8, 8, step))
  await writePicture(files.finalSamples, gray(20, 10, 200))
  await writeFile(files.model, 'a model')
}

const report = () => readFile(runFolderAt(folder).report, 'utf8')

describe('writeReport', () => {
  it('tells what the files of the folder say', async () => {
    await writeRun()
    await writeReport(folder)
    const page = await report()
    const facts = [
      'a &lt;run&gt;',
      'mnist train',
      '28 × 28',
      '--seed 7',
      '--set game.latent=64',
      'Too fast.',
      'evolution.webp',
      'generator.onnx',
      'some processor',
      'forger resume &#39;a &lt;run&gt;&#39;',
      '--steps 80',
    ]
    for (const fact of facts) expect(page).toContain(fact)
    expect(page.match(/data-step="\d+"/g)).toEqual([10, 20, 30, 40].map((step) => `data-step="${step}"`))
    // 40 of the 60,000 / 128 steps of an epoch, in whole percents.
    expect(page).toContain('which it read in part (9%)')
    const large = await readFile(runFolderAt(folder).finalSamples, 'base64')
    expect(page).toContain(`src="data:image/png;base64,${large}"`)
    expect((await sharp(join(folder, 'evolution.webp'), { animated: true }).metadata()).pages).toBe(4)
  })

  it('is the same page for the same files', async () => {
    await writeRun()
    await writeReport(folder)
    const first = await report()
    await writeReport(folder)
    expect(await report()).toBe(first)
  })

  it('makes do with a run that has written its options alone', async () => {
    await writeFile(runFolderAt(folder).options, JSON.stringify(record))
    await writeReport(folder)
    const page = await report()
    expect(page).toContain('has yet to learn')
    expect(page).not.toContain('evolution.webp')
    expect(page).not.toContain('<img')
  })

  it('leaves out pictures that cannot be read', async () => {
    await writeRun()
    const { samplesAt, finalSamples } = runFolderAt(folder)
    await writeFile(samplesAt(20), 'no picture')
    await writeFile(finalSamples, (await readFile(finalSamples)).subarray(0, 60))
    await writeReport(folder)
    const page = await report()
    expect(page.match(/data-step="\d+"/g)).toHaveLength(3)
    expect(page).toContain('The run has not written its large last picture.')
  })

  it('refuses a folder without a run', async () => {
    await expect(writeReport(folder)).rejects.toThrow(UserError)
  })
})

describe('embedPicture', () => {
  const limits = { side: 300, bytes: 20_000 }

  it('takes a small PNG as it is', async () => {
    const path = join(folder, 'small.png')
    await writePicture(path, gray(300, 20, 9))
    expect(await embedPicture(path, limits)).toEqual({
      type: 'image/png',
      bytes: await readFile(path),
      width: 300,
      height: 20,
    })
  })

  it.each([
    ['wide', 900, 300, 0],
    ['heavy', 300, 300, 255],
  ])('makes a WebP within limits of a %s picture', async (_, width, height, noise) => {
    const path = join(folder, 'large.png')
    const hash = (at: number) => Math.imul(at ^ (at >>> 7), 0x9e3779b1) >>> 24
    const pixels = Uint8Array.from({ length: width * height * 3 }, (__, at) => hash(at) & noise)
    await writePicture(path, { width, height, channels: 3, pixels })
    const embedded = await embedPicture(path, limits)
    expect(embedded).toMatchObject({ type: 'image/webp', width: 300, height: (300 * height) / width })
    const { format, width: decoded } = await sharp(embedded?.bytes).metadata()
    expect({ format, decoded }).toEqual({ format: 'webp', decoded: 300 })
  })
})
