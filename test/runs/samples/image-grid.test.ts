import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeGrid } from '../../../src/runs/samples/image-grid.ts'

/** Images of one pixel, told apart by their grey. */
const dots = (...greys: number[]) => ({ images: new Uint8Array(greys), shape: [1, 1, 1] }) as const

function rows({ width, height, channels, pixels }: ReturnType<typeof composeGrid>): number[][] {
  return Array.from({ length: height }, (_, y) => [
    ...pixels.subarray(y * width * channels, (y + 1) * width * channels),
  ])
}

describe('composeGrid', () => {
  it('gives a single image back as it is', () => {
    const images = new Uint8Array([1, 2, 3, 4, 5, 6])
    const shape = [2, 3, 1] as const
    expect(composeGrid({ images, shape })).toEqual({ width: 3, height: 2, channels: 1, pixels: images })
  })

  it('lays images out as a square, row by row, with gaps between them alone', () => {
    expect(rows(composeGrid(dots(1, 2, 3, 4), { gap: 1, background: 9 }))).toEqual([
      [1, 9, 2],
      [9, 9, 9],
      [3, 9, 4],
    ])
  })

  it('leaves the background where the last row has no image', () => {
    expect(rows(composeGrid(dots(1, 2, 3, 4, 5), { columns: 3, gap: 0, background: 7 }))).toEqual([
      [1, 2, 3],
      [4, 5, 7],
    ])
  })

  it('is no wider than its images', () => {
    expect(rows(composeGrid(dots(1, 2), { columns: 10, gap: 1 }))).toEqual([[1, 0, 2]])
  })

  it('makes each pixel a square, but not the gaps', () => {
    expect(rows(composeGrid(dots(1, 2), { columns: 2, gap: 1, scale: 2, background: 9 }))).toEqual([
      [1, 1, 9, 2, 2],
      [1, 1, 9, 2, 2],
    ])
  })

  it('keeps the three channels of a pixel together', () => {
    const colors = { images: new Uint8Array([1, 2, 3, 4, 5, 6]), shape: [1, 1, 3] } as const
    expect(rows(composeGrid(colors, { columns: 1, gap: 1, background: 8 }))).toEqual([
      [1, 2, 3],
      [8, 8, 8],
      [4, 5, 6],
    ])
  })

  it('shows every pixel of every image where the layout says', () => {
    const size = fc.integer({ min: 1, max: 4 })
    const layouts = fc.record({ count: fc.integer({ min: 1, max: 9 }), height: size, width: size, columns: size })
    const options = fc.record({ scale: size, gap: fc.integer({ min: 0, max: 3 }), channels: fc.constantFrom(1, 3) })
    fc.assert(
      fc.property(layouts, options, ({ count, height, width, columns }, { scale, gap, channels }) => {
        const images = Uint8Array.from({ length: count * height * width * channels }, (_, at) => (at * 37 + 11) % 256)
        const grid = composeGrid({ images, shape: [height, width, channels] }, { columns, scale, gap })
        for (let at = 0; at < images.length; at++) {
          const channel = at % channels
          const x = Math.floor(at / channels) % width
          const y = Math.floor(at / channels / width) % height
          const image = Math.floor(at / channels / width / height)
          const left = (image % columns) * (width * scale + gap) + x * scale
          const top = Math.floor(image / columns) * (height * scale + gap) + y * scale
          const shown = (dx: number, dy: number) =>
            grid.pixels[((top + dy) * grid.width + left + dx) * channels + channel]
          expect([shown(0, 0), shown(scale - 1, scale - 1)]).toEqual([images[at], images[at]])
        }
      }),
    )
  })

  it('refuses what is no whole image', () => {
    expect(() => composeGrid({ images: new Uint8Array(5), shape: [2, 2, 1] })).toThrow(RangeError)
    expect(() => composeGrid({ images: new Uint8Array(0), shape: [2, 2, 1] })).toThrow(RangeError)
    expect(() => composeGrid({ images: new Uint8Array(8), shape: [2, 2, 2] })).toThrow(RangeError)
  })
})
