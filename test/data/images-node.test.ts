import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadImages } from '../../src/data/images-node.ts'
import { damaged } from './damage.ts'
import { expectRefusal, valueOrRefusal } from './refusal.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'forger-images-'))
})
afterAll(() => rm(root, { recursive: true }))

let folders = 0

/** A new folder with these files. */
async function folderWith(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = join(root, String(++folders))
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

const load = (folder: string) => loadImages({ name: 'images', folder })

type Channels = 1 | 2 | 3 | 4

/** Pixels as sharp takes them; two and four channels are grey and colour with alpha. */
function pixels(width: number, height: number, channels: Channels, values: ArrayLike<number>): Sharp {
  const picture = sharp(Uint8Array.from(values), { raw: { width, height, channels } })
  return channels <= 2 ? picture.toColourspace('b-w') : picture
}

const encoded = (picture: Sharp): Promise<Uint8Array> => picture.toBuffer()
const greyPng = (width: number, height: number, values: ArrayLike<number>) =>
  encoded(pixels(width, height, 1, values).png())
const colorPng = (width: number, height: number, values: ArrayLike<number>) =>
  encoded(pixels(width, height, 3, values).png())

const ramp = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 37) % 256)

describe('loadImages', () => {
  it('reads grey pictures in the order of their names, whatever the order they were made in', async () => {
    const folder = await folderWith({
      'b.png': await greyPng(3, 2, [7, 8, 9, 10, 11, 12]),
      'a.png': await greyPng(3, 2, [1, 2, 3, 4, 5, 6]),
      'B.png': await greyPng(3, 2, [13, 14, 15, 16, 17, 18]),
    })
    const source = await load(folder)
    expect(source).toMatchObject({ name: 'images', count: 3, shape: [2, 3, 1], labels: null, classes: null })
    expect([...source.images]).toEqual([13, 14, 15, 16, 17, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect((await load(folder)).fingerprint()).toBe(source.fingerprint())
  })

  it('makes all pictures colour where one of them is', async () => {
    const grey = await greyPng(1, 1, [9])
    const colors = await load(await folderWith({ a: grey, b: await colorPng(1, 1, [1, 2, 3]) }))
    expect(colors.shape).toEqual([1, 1, 3])
    expect([...colors.images]).toEqual([9, 9, 9, 1, 2, 3])
  })

  it('takes pictures for grey that are saved as colour but have none', async () => {
    const source = await load(
      await folderWith({ a: await colorPng(2, 1, [5, 5, 5, 6, 6, 6]), b: await greyPng(2, 1, [7, 8]) }),
    )
    expect(source.shape).toEqual([1, 2, 1])
    expect([...source.images]).toEqual([5, 6, 7, 8])
  })

  it('puts what is transparent on white', async () => {
    const half = await encoded(pixels(3, 1, 4, [9, 50, 90, 255, 9, 50, 90, 0, 0, 0, 0, 128]).png())
    expect([...(await load(await folderWith({ half }))).images]).toEqual([9, 50, 90, 255, 255, 255, 127, 127, 127])
    const grey = await encoded(pixels(2, 1, 2, [40, 255, 40, 0]).png())
    expect([...(await load(await folderWith({ grey }))).images]).toEqual([40, 255])
  })

  it('turns pictures upright as their camera says', async () => {
    // Red above blue, of a camera that was turned: it is to be seen with red on the right.
    const values = Array.from({ length: 128 * 3 }, (_, at) => (at % 3 === (at < 64 * 3 ? 0 : 2) ? 255 : 0))
    const turned = await encoded(
      pixels(8, 16, 3, values).withExif({}).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }),
    )
    const source = await load(await folderWith({ 'turned.jpg': turned }))
    expect(source.shape).toEqual([8, 16, 3])
    const [left, right] = [source.images.subarray(0, 3), source.images.subarray(15 * 3, 16 * 3)]
    expect(left[2]).toBeGreaterThan(200)
    expect(right[0]).toBeGreaterThan(200)
  })

  it('brings deeper pictures and other color spaces to bytes of sRGB', async () => {
    const deep = await encoded(pixels(2, 1, 3, [0, 128, 255, 9, 8, 7]).toColourspace('rgb16').png())
    expect((await sharp(deep).metadata()).depth).toBe('ushort')
    expect([...(await load(await folderWith({ deep }))).images]).toEqual([0, 128, 255, 9, 8, 7])
    const deepGrey = await encoded(pixels(2, 1, 1, [3, 200]).toColourspace('grey16').png())
    expect([...(await load(await folderWith({ deepGrey }))).images]).toEqual([3, 200])
    const print = await encoded(pixels(8, 8, 3, Array<number>(192).fill(90)).toColourspace('cmyk').jpeg())
    expect((await load(await folderWith({ print, colored: await colorPng(8, 8, ramp(192)) }))).shape).toEqual([8, 8, 3])
  })

  it('knows every kind by its content, whatever its name', async () => {
    const picture = () => pixels(16, 16, 3, ramp(768))
    const folder = await folderWith({
      'a.txt': await encoded(picture().png()),
      'b.json': await encoded(picture().jpeg()),
      c: await encoded(picture().webp({ lossless: true })),
      'd.png': await encoded(picture().gif()),
      'e.1': await encoded(picture().tiff({ compression: 'none' })),
      'f.bin': await encoded(picture().avif({ lossless: true })),
    })
    const source = await load(folder)
    expect(source).toMatchObject({ count: 6, shape: [16, 16, 3] })
    const image = (index: number) => Uint8Array.from(source.images.subarray(768 * index, 768 * (index + 1)))
    for (const lossless of [0, 2, 4]) expect(image(lossless)).toEqual(ramp(768))
  })

  it('takes the first frame of what moves', async () => {
    const [first, second] = [
      await encoded(pixels(4, 4, 3, Array(48).fill(255)).png()),
      await encoded(pixels(4, 4, 3, Array(48).fill(0)).png()),
    ]
    const animated = await encoded(sharp([Buffer.from(first), Buffer.from(second)], { join: { animated: true } }).gif())
    expect((await sharp(animated).metadata()).pages).toBe(2)
    const source = await load(await folderWith({ 'moving.gif': animated }))
    expect(source).toMatchObject({ count: 1, shape: [4, 4, 1] })
    expect([...source.images]).toEqual(Array(16).fill(255))
  })

  it('passes over what is no picture', async () => {
    const one = await greyPng(1, 1, [1])
    const folder = await folderWith({
      'picture[1]': one,
      '.hidden.png': await greyPng(9, 9, ramp(81)),
      '._apple.png': 'resource fork',
      'notes.txt': 'PNG pictures of faces',
      'labels.json': '{}',
      'Thumbs.db': Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0),
      'movie.mp4': 'xxxxftypisom',
      empty: '',
    })
    await mkdir(join(folder, 'more.png'))
    await writeFile(join(folder, 'more.png', 'other.png'), await greyPng(2, 2, ramp(4)))
    expect(await load(folder)).toMatchObject({ count: 1, shape: [1, 1, 1] })
  })

  it.skipIf(process.platform === 'win32')('follows links', async () => {
    const folder = await folderWith({ 'a.png': await greyPng(1, 1, [1]) })
    await symlink(join(folder, 'a.png'), join(folder, 'b'))
    expect((await load(folder)).count).toBe(2)
    await symlink(join(folder, 'nowhere'), join(folder, 'c.png'))
    await expectRefusal(load(folder), 'Cannot read', 'c.png', 'no such file')
  })
})

describe('a folder that cannot be used', () => {
  it('is named', async () => {
    await expectRefusal(load(join(root, 'absent')), `Cannot read ${join(root, 'absent')}: there is no such folder`)
    const empty = await folderWith({ 'readme.txt': 'nothing here' })
    await expectRefusal(load(empty), `${empty} holds no pictures`)
    await expectRefusal(load(join(empty, 'readme.txt')), 'it is a file, not a folder')
  })

  it('names the first picture of another size, and what size is usual', async () => {
    const [small, large] = [await greyPng(2, 3, ramp(6)), await greyPng(4, 3, ramp(12))]
    const one = await folderWith({ 'a.png': large, 'b.png': small, 'c.png': small })
    await expectRefusal(
      load(one),
      `${join(one, 'a.png')} is 4 pixels wide and 3 high, but 2 of the 3`,
      '2 pixels wide and 3',
    )
    const several = await folderWith({
      'a.png': large,
      'b.png': large,
      'c.png': small,
      'd.png': await greyPng(1, 1, [1]),
    })
    await expectRefusal(load(several), join(several, 'c.png'), '2 of the 4')
  })

  const halfOf = (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2)
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"><rect width="1" height="1"/></svg>'

  it.each<[what: string, name: string, bytes: () => Promise<Uint8Array | string>]>([
    ['an empty file', 'x.png', async () => ''],
    ['text', 'x.jpg', async () => 'this is no picture'],
    ['a picture of a kind that is not read', 'x.bmp', async () => 'BM and more'],
    ['a drawing', 'x.svg', async () => svg],
    ['a drawing under a false name', 'x.png', async () => svg],
    ['half a PNG', 'x.png', async () => halfOf(await colorPng(8, 8, ramp(192)))],
    ['half a JPEG', 'x', async () => halfOf(await encoded(pixels(32, 32, 3, ramp(3072)).jpeg({ quality: 100 })))],
    [
      'a PNG with a damaged line',
      'x.png',
      async () => (await colorPng(8, 8, ramp(192))).map((b, at) => (at === 70 ? b ^ 255 : b)),
    ],
  ])('names %s', async (_, name, bytes) => {
    const folder = await folderWith({ [name]: await bytes() })
    await expectRefusal(load(folder), join(folder, name), 'cannot be read as a picture (', 'take it out of the folder')
  })

  it('is refused before anything is decoded where it would fill the memory', async () => {
    // Both are small files: PNG packs one colour a thousand times smaller.
    const huge = await encoded(sharp({ create: { width: 9000, height: 9000, channels: 3, background: 'red' } }).png())
    const bomb = await folderWith({ 'bomb.png': huge })
    await expectRefusal(load(bomb), 'bomb.png is 9000 pixels wide and 9000 high; at most 67108864 pixels are read')
    const large = await encoded(sharp({ create: { width: 6000, height: 6000, channels: 3, background: 'red' } }).png())
    const many = await folderWith(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`${index}.png`, large])))
    const before = process.memoryUsage().rss
    await expectRefusal(
      load(many),
      `${many} holds 20 pictures of 6000 x 6000, which take 2.2 GB; at most 2.1 GB are held`,
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
  })

  it('gives a source or a UserError that names the file, whatever happened to a picture', async () => {
    const good = await Promise.all([
      greyPng(9, 7, ramp(63)),
      encoded(pixels(9, 7, 4, ramp(252)).png({ palette: true })),
      encoded(pixels(9, 7, 3, ramp(189)).jpeg()),
      encoded(pixels(9, 7, 3, ramp(189)).withMetadata({ orientation: 6 }).jpeg({ progressive: true })),
      encoded(pixels(9, 7, 4, ramp(252)).webp()),
      encoded(pixels(9, 7, 3, ramp(189)).webp({ lossless: true })),
      encoded(pixels(9, 7, 3, ramp(189)).gif()),
      encoded(pixels(9, 7, 3, ramp(189)).tiff({ compression: 'lzw' })),
      encoded(pixels(9, 7, 1, ramp(63)).tiff({ compression: 'none' })),
      encoded(pixels(16, 16, 3, ramp(768)).avif({ effort: 0 })),
    ])
    const folder = await folderWith({})
    const before = process.memoryUsage().rss
    await fc.assert(
      fc.asyncProperty(damaged(...good), async (bytes) => {
        await writeFile(join(folder, 'x.png'), bytes)
        const source = await valueOrRefusal(load(folder), join(folder, 'x.png'))
        if (source !== null) expect(source.images.length).toBe(source.shape[0] * source.shape[1] * source.shape[2])
      }),
      { numRuns: 400 },
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(1e9)
  })
})
