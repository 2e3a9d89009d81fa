import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeGrid } from '../../src/runs/samples/image-grid.ts'
import { writePicture } from '../../src/files/write-picture-node.ts'
import { writeWholeFile } from '../../src/files/whole-file-node.ts'
import { UserError } from '../../src/tensor/errors.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forger-picture-'))
})
afterAll(() => rm(folder, { recursive: true }))

const everyGrey = Uint8Array.from({ length: 5 * 6 * 7 * 3 }, (_, at) => (at * 89) % 256)

describe('writePicture', () => {
  it.each([
    ['grey', [6, 7, 1], 'b-w'],
    ['RGB', [6, 7, 3], 'srgb'],
  ] as const)('writes a grid in %s that sharp reads back to the same pixels', async (name, shape, space) => {
    const images = everyGrey.subarray(0, 5 * shape[0] * shape[1] * shape[2])
    const grid = composeGrid({ images, shape }, { columns: 3, scale: 2, gap: 3, background: 40 })
    const path = join(folder, `${name}.png`)
    await writePicture(path, grid)

    expect(await sharp(path).metadata()).toMatchObject({ format: 'png', space, width: 3 * 14 + 6, height: 2 * 12 + 3 })
    const { data } = await sharp(path).toColourspace(space).raw().toBuffer({ resolveWithObject: true })
    expect(new Uint8Array(data)).toEqual(grid.pixels)
  })

  it('says so where the folder does not exist', async () => {
    const picture = { width: 1, height: 1, channels: 1, pixels: new Uint8Array(1) } as const
    const writing = writePicture(join(folder, 'absent', 'grid.png'), picture)
    await expect(writing).rejects.toThrow(UserError)
    await expect(writing).rejects.toThrow('its folder does not exist')
  })
})

describe('writeWholeFile', () => {
  it('replaces what was there and leaves nothing else behind', async () => {
    const path = join(folder, 'note.txt')
    await writeWholeFile(path, 'first, and longer')
    await Promise.all([writeWholeFile(path, 'second'), writeWholeFile(path, 'second')])
    expect(await readFile(path, 'utf8')).toBe('second')
    expect((await readdir(folder)).filter((name) => name.includes('tmp'))).toEqual([])
  })

  it('leaves nothing behind where the file cannot take its place', async () => {
    const taken = join(folder, 'taken')
    await mkdir(taken)
    await expect(writeWholeFile(taken, 'a folder is no file')).rejects.toThrow(UserError)
    expect((await readdir(folder)).filter((name) => name.includes('tmp'))).toEqual([])
  })
})
