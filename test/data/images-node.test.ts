import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { damaged } from './damage.ts'
import { colorPng, encoded, greyPng, pictureFolders, pixels, ramp } from './picture-folders.ts'
import { expectRefusal, valueOrRefusal } from './refusal.ts'

const { root, folderWith, load } = pictureFolders()

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
    await mkdir(join(folder, 'empty.png'))
    await mkdir(join(folder, '.git'))
    await writeFile(join(folder, '.git', 'other.png'), await greyPng(2, 2, ramp(4)))
    expect(await load(folder)).toMatchObject({ count: 1, shape: [1, 1, 1] })
  })

  it.skipIf(process.platform === 'win32')('follows links', async () => {
    const folder = await folderWith({ 'a.png': await greyPng(1, 1, [1]) })
    await symlink(join(folder, 'a.png'), join(folder, 'b'))
    expect((await load(folder)).count).toBe(2)
    await symlink(join(folder, 'nowhere'), join(folder, 'c.png'))
    await expectRefusal(load(folder), '1 of the 3 pictures', join(folder, 'c.png'), 'there is no such file')
  })
})

describe('the size of images', () => {
  const sizes = async (...all: readonly (readonly [width: number, height: number])[]) => {
    const files = all.map(async ([width, height], index) => [
      `${index}.png`,
      await colorPng(width, height, ramp(3 * width * height)),
    ])
    return folderWith(Object.fromEntries(await Promise.all(files)))
  }

  it('is that of the pictures where it is small and the same, else 64 x 64', async () => {
    expect((await load(await sizes([20, 30], [20, 30]))).shape).toEqual([30, 20, 3])
    const several = await load(await sizes([20, 30], [20, 31]))
    expect(several.shape).toEqual([64, 64, 3])
    expect(several.notes).toEqual([
      expect.stringMatching(/^The pictures are not all of one size .* made 64 x 64; images:FOLDER,SIZE asks/),
    ])
    expect((await load(await sizes([200, 130], [200, 130]))).shape).toEqual([64, 64, 3])
  })

  it('is what was asked for: pictures cover it, and are cut about the center', async () => {
    // Black, and white in the middle half; twice as wide as it is high.
    const wide = await greyPng(
      80,
      40,
      Array.from({ length: 3200 }, (_, at) => (at % 80 >= 20 && at % 80 < 60 ? 255 : 0)),
    )
    const high = await encoded(sharp(wide).rotate(90).toColourspace('b-w').png())
    const folder = await folderWith({ 'high.png': high, 'wide.png': wide })
    const square = await load(folder, { width: 10, height: 10 })
    expect(square.shape).toEqual([10, 10, 1])
    expect(Math.min(...square.images)).toBeGreaterThan(200)
    const strip = await load(folder, { width: 20, height: 10 })
    expect(strip.shape).toEqual([10, 20, 1])
    expect([strip.images[200], strip.images[210], strip.images[219]]).toEqual([0, 255, 0])
  })

  it('may be larger than a picture, however odd that is', async () => {
    const folder = await sizes([1, 1], [3000, 1], [1, 3000])
    const { count, images } = await load(folder, { width: 16, height: 16 })
    expect([count, images.length]).toEqual([3, 3 * 768])
  })
})

describe('sub-folders', () => {
  it('are classes, in the order of their names, with all that is in them', async () => {
    const folder = await folderWith({
      'dogs/b.png': await greyPng(1, 1, [3]),
      'cats/deep/er/c.png': await greyPng(1, 1, [2]),
      'cats/a.png': await greyPng(1, 1, [1]),
      'empty/readme.txt': 'nothing',
      'zebras/z.jpg': await encoded(pixels(1, 1, 1, [4]).jpeg()),
    })
    const source = await load(folder)
    expect(source).toMatchObject({ count: 4, classes: ['cats', 'dogs', 'zebras'] })
    expect([...(source.labels ?? [])]).toEqual([0, 0, 1, 2])
    expect([...source.images]).toEqual([1, 2, 3, 4])
    expect([...((await load(folder)).labels ?? [])]).toEqual([0, 0, 1, 2])
  })

  it('beside pictures are refused, as nobody knows what those are', async () => {
    const one = await greyPng(1, 1, [1])
    const folder = await folderWith({ 'a.png': one, 'cats/b.png': one })
    await expectRefusal(
      load(folder),
      `${folder} holds pictures itself (a.png) and in folders inside of it (cats/b.png)`,
    )
  })
})

describe('a folder that cannot be used', () => {
  it('is named', async () => {
    await expectRefusal(load(join(root(), 'absent')), `Cannot read ${join(root(), 'absent')}: there is no such folder`)
    const empty = await folderWith({ 'readme.txt': 'nothing here' })
    await expectRefusal(load(empty), `${empty} holds no pictures`)
    await expectRefusal(load(join(empty, 'readme.txt')), 'it is a file, not a folder')
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
    await expectRefusal(
      load(folder),
      `1 of the 1 pictures in ${folder} cannot be read`,
      `${join(folder, name)} (`,
      'take them out',
    )
  })

  it('is told of before anything is decoded where pictures would fill the memory', async () => {
    // Small files: PNG packs one color a thousand times smaller.
    const square = (side: number) =>
      encoded(
        sharp({ create: { width: side, height: side, channels: 3, background: 'red' }, limitInputPixels: false }).png(),
      )
    const bomb = await folderWith({ 'bomb.png': await square(10_000) })
    const before = process.memoryUsage().rss
    await expectRefusal(load(bomb), 'bomb.png (it is 10000 pixels wide and 10000 high; at most 67108864 are read)')
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })

  it('does not decode many large pictures at once', async () => {
    const large = await encoded(sharp({ create: { width: 6000, height: 6000, channels: 3, background: 'red' } }).png())
    const many = await folderWith(Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`${index}.png`, large])))
    const before = process.memoryUsage().rss
    expect(await load(many)).toMatchObject({ count: 8, shape: [64, 64, 3] })
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6)
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
        const source = await valueOrRefusal(load(folder), folder)
        if (source !== null) expect(source.images.length).toBe(source.shape[0] * source.shape[1] * source.shape[2])
      }),
      { numRuns: 200 },
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(1e9)
  })
})
