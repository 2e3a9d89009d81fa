import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { itermPicture } from '../../../src/cli/terminal/iterm-picture.ts'
import { kittyPicture } from '../../../src/cli/terminal/kitty-picture.ts'
import type { Picture } from '../../../src/files/picture.ts'
import { terminal } from './screen.ts'

/** Pixels that no compression makes small, from a generator of Lehmer's. */
function noise(width: number, height: number, channels: 1 | 3): Picture {
  let state = 1
  const next = () => (state = (state * 48271) % 2147483647) >> 8
  return { width, height, channels, pixels: Uint8Array.from({ length: width * height * channels }, next) }
}

/** Whether a PNG shows this picture, in as many channels. */
async function expectToShow(file: Uint8Array, { width, height, channels, pixels }: Picture): Promise<void> {
  const png = sharp(file)
  expect(await png.metadata()).toMatchObject({ format: 'png', width, height, channels })
  const rgb = [...pixels].flatMap((value) => (channels === 3 ? [value] : [value, value, value]))
  expect([...(await png.toColourspace('srgb').raw().toBuffer())]).toEqual(rgb)
}

const sizes = fc.record({
  width: fc.integer({ min: 1, max: 90 }),
  height: fc.integer({ min: 1, max: 90 }),
  channels: fc.constantFrom(1 as const, 3 as const),
})

describe('a picture in the protocol of Kitty', () => {
  it('comes through whole, in as many parts as it takes, over the cells it was given', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ({ width, height, channels }) => {
        const screen = terminal()
        const picture = noise(width, height, channels)
        screen.write('\nab')
        screen.write((await kittyPicture(picture, { columns: 7, rows: 3 }, 42)).paint)
        const [image] = screen.images()
        expect(image).toMatchObject({ id: 42, line: 1, column: 2, columns: 7, rows: 3 })
        await expectToShow(image.file, picture)
        expect(screen.cursor()).toEqual({ line: 1, column: 2 })
      }),
      { numRuns: 20 },
    )
  })

  it('is cut at 4096 characters', async () => {
    const { paint } = await kittyPicture(noise(90, 90, 3), { columns: 7, rows: 3 }, 1)
    const lengths = paint.split('\x1b\\').map((part) => part.split(';')[1]?.length)
    expect(lengths.length).toBeGreaterThan(3)
    expect(new Set(lengths.slice(0, -2))).toEqual(new Set([4096]))
  })

  it('is gone from the screen and from memory when it is removed, and nobody is answered', async () => {
    const screen = terminal()
    const { paint, remove } = await kittyPicture(noise(80, 80, 3), { columns: 7, rows: 3 }, 5)
    screen.write(paint + paint)
    expect(screen.images()).toHaveLength(1)
    screen.write(remove)
    expect([screen.images(), screen.imagesKept()]).toEqual([[], 0])
    expect(screen.answers()).toEqual([])
  })
})

describe('a picture in the protocol of iTerm2', () => {
  it.each([1, 3] as const)('comes through whole with %i channels, over the cells it was given', async (channels) => {
    const screen = terminal()
    const picture = noise(30, 20, channels)
    screen.write('a')
    screen.write((await itermPicture(picture, { columns: 6, rows: 2 })).paint)
    const tiles = screen.cells().map((line) => line.map(({ tile }) => tile && [tile.column, tile.row]))
    expect(tiles).toEqual([
      [undefined, [0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [5, 0]],
      [undefined, [0, 1], [1, 1], [2, 1], [3, 1], [4, 1], [5, 1]],
    ])
    await expectToShow(screen.cells()[0][1].tile?.picture.file ?? new Uint8Array(), picture)
  })
})
