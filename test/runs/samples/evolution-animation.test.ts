import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeEvolution } from '../../../src/runs/samples/evolution-animation-node.ts'
import type { Picture } from '../../../src/files/picture.ts'
import { writePicture } from '../../../src/files/write-picture-node.ts'
import { runFolderAt } from '../../../src/runs/folder/run-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forger-evolution-'))
  await mkdir(join(folder, 'samples'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Every pixel is another number, and `shade` tells one picture from the next. */
function picture(shade: number, { width = 12, height = 9, channels = 1 }: Partial<Picture> = {}): Picture {
  const pixels = Uint8Array.from({ length: width * height * channels }, (_, at) => (at * 7 + shade * 31) % 256)
  return { width, height, channels, pixels }
}

const save = (step: number, what: Picture) => writePicture(runFolderAt(folder).samplesAt(step), what)

/** The frames of the animation, as the first channel of their pixels. */
async function framesOf(path: string): Promise<number[][]> {
  const { pages = 1, pageHeight = 0, width } = await sharp(path, { animated: true }).metadata()
  const { data, info } = await sharp(path, { animated: true }).raw().toBuffer({ resolveWithObject: true })
  const reds = data.filter((_, at) => at % info.channels === 0)
  const size = width * pageHeight
  return Array.from({ length: pages }, (_, frame) => [...reds.subarray(frame * size, (frame + 1) * size)])
}

const evolution = () => join(folder, 'evolution.webp')

describe('writeEvolution', () => {
  it('shows the pictures in the order of their steps, without loss, and holds the last', async () => {
    for (const [step, shade] of [
      [1_000_000, 4],
      [500, 1],
      [999_500, 3],
      [1000, 2],
    ])
      await save(step, picture(shade))
    await writePicture(runFolderAt(folder).finalSamples, picture(9, { width: 40 }))
    expect(await writeEvolution(folder)).toBe(true)

    expect(await framesOf(evolution())).toEqual([1, 2, 3, 4].map((shade) => [...picture(shade).pixels]))
    const { delay = [], loop } = await sharp(evolution(), { animated: true }).metadata()
    expect(loop).toBe(0)
    expect(new Set(delay.slice(0, -1)).size).toBe(1)
    expect(delay[3]).toBeGreaterThan(3 * delay[0])
  })

  it('keeps colors', async () => {
    for (const step of [1, 2]) await save(step, picture(step, { channels: 3 }))
    await writeEvolution(folder)
    const { data } = await sharp(evolution(), { page: 1 }).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect(new Uint8Array(data)).toEqual(picture(2, { channels: 3 }).pixels)
  })

  it('has equal bytes for equal pictures', async () => {
    for (const step of [1, 2, 3]) await save(step, picture(step))
    await writeEvolution(folder)
    const first = await readFile(evolution())
    await writeEvolution(folder)
    expect((await readFile(evolution())).equals(first)).toBe(true)
  })

  it('takes 60 of many pictures, the first and the last among them', async () => {
    const steps = Array.from({ length: 130 }, (_, index) => index + 1)
    for (const step of steps) await save(step, picture(step, { width: 4, height: 4 }))
    await writeEvolution(folder)
    const frames = await framesOf(evolution())
    expect(frames).toHaveLength(60)
    const shades = frames.map((frame) => steps.findIndex((step) => picture(step).pixels[0] === frame[0]))
    expect([shades[0], shades.at(-1)]).toEqual([0, 129])
    expect(shades).toEqual(shades.toSorted((a, b) => a - b))
  })

  it('makes large pictures smaller until they fit, in their own proportions', async () => {
    const pixels = new Uint8Array(8e6)
    for (const step of [1, 2, 3])
      await save(step, { width: 4000, height: 2000, channels: 1, pixels: pixels.fill(step) })
    await writeEvolution(folder)
    const { width, pageHeight = 0, pages } = await sharp(evolution(), { animated: true }).metadata()
    expect(pages).toBe(3)
    expect(width * pageHeight * 3).toBeLessThanOrEqual(16e6)
    expect(width * pageHeight * 3).toBeGreaterThan(15.9e6)
    expect(width / pageHeight).toBeCloseTo(2, 2)
  })

  it('leaves out what cannot be read, and fits other sizes into that of the last', async () => {
    const { samplesAt } = runFolderAt(folder)
    await save(1, picture(1))
    await writeFile(samplesAt(2), 'no picture')
    await save(3, picture(3, { width: 24, height: 18 }))
    await save(4, picture(4))
    await writeFile(samplesAt(5), (await readFile(samplesAt(4))).subarray(0, 70))
    await writeFile(samplesAt(6), '')
    expect(await writeEvolution(folder)).toBe(true)
    const frames = await framesOf(evolution())
    expect(frames).toHaveLength(3)
    expect([frames[0], frames[2]]).toEqual([1, 4].map((shade) => [...picture(shade).pixels]))
  })

  it.each([
    ['no pictures', []],
    ['one picture', [1]],
  ])('writes nothing where there are %s', async (_, steps) => {
    for (const step of steps) await save(step, picture(step))
    await writeFile(runFolderAt(folder).samplesAt(7), 'no picture')
    expect(await writeEvolution(folder)).toBe(false)
    expect(existsSync(evolution())).toBe(false)
  })

  it('writes nothing where there is no folder of pictures', async () => {
    expect(await writeEvolution(join(folder, 'absent'))).toBe(false)
  })
})
