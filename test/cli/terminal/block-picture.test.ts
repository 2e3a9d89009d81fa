import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { terminalPicture } from '../../../src/cli/terminal/block-picture.ts'
import type { Picture } from '../../../src/files/picture.ts'
import { terminal } from './screen.ts'

const grey = (width: number, ...pixels: number[]): Picture => ({
  width,
  height: pixels.length / width,
  channels: 1,
  pixels: new Uint8Array(pixels),
})

/** What a terminal shows, as rows of pixel colors: two to a character, '' where it shows its own background. */
function shown(text: string): string[][] {
  const screen = terminal(1000, 1000)
  screen.write(text)
  return screen
    .cells()
    .flatMap((line) => [
      line.map(({ character, foreground, background }) => (character === '▀' ? foreground : background)),
      line.map(({ background }) => background),
    ])
}

const colorRows = ({ width, height, channels, pixels }: Picture): string[][] =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => {
      const at = (y * width + x) * channels
      const rgb = pixels.subarray(at, at + channels)
      return (channels === 3 ? [...rgb] : [rgb[0], rgb[0], rgb[0]]).join(',')
    }),
  )

describe('terminalPicture in color', () => {
  it('shows every pixel of a picture that fits, in grey and in RGB', () => {
    const size = fc.integer({ min: 1, max: 6 })
    const pictures = fc
      .record({ width: size, halfHeight: size, channels: fc.constantFrom(1 as const, 3 as const) })
      .chain(({ width, halfHeight, channels }) => {
        const length = width * halfHeight * 2 * channels
        // Few colors, so that neighbours are often alike.
        const bytes = fc.array(fc.constantFrom(0, 128, 255), { minLength: length, maxLength: length })
        return bytes.map((values): Picture => ({
          width,
          height: halfHeight * 2,
          channels,
          pixels: new Uint8Array(values),
        }))
      })
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(shown(terminalPicture(picture, { columns: 6, colorBits: 24 }))).toEqual(colorRows(picture))
      }),
    )
  })

  it('leaves the lower half of the last line alone where the height is odd', () => {
    expect(shown(terminalPicture(grey(1, 10, 20, 30), { columns: 9, colorBits: 24 }))).toEqual([
      ['10,10,10'],
      ['20,20,20'],
      ['30,30,30'],
      [''],
    ])
  })

  it('writes colors only where they change', () => {
    const flat = { width: 100, height: 2, channels: 1, pixels: new Uint8Array(200).fill(77) } as const
    expect(terminalPicture(flat, { columns: 100, colorBits: 24 })).toBe(`\x1b[48;2;77;77;77m${' '.repeat(100)}\x1b[0m`)
    const halves = { ...flat, pixels: new Uint8Array(200).fill(77, 100) }
    expect(terminalPicture(halves, { columns: 100, colorBits: 24 })).toBe(
      `\x1b[38;2;0;0;0;48;2;77;77;77m${'▀'.repeat(100)}\x1b[0m`,
    )
  })

  it('never bleeds a color past the end of a line', () => {
    const screen = terminal()
    screen.write(`${terminalPicture(grey(2, 1, 2, 3, 4), { columns: 2, colorBits: 24 })}x`)
    expect(screen.cells()[0][2]).toEqual({ character: 'x', foreground: '', background: '' })
  })
})

describe('the fit', () => {
  const square = { width: 28, height: 28, channels: 1, pixels: new Uint8Array(784).fill(200) } as const
  const size = (columns: number, rows?: number, enlarge?: number): [number, number] => {
    const text = terminalPicture(square, {
      columns,
      colorBits: 1,
      ...(rows === undefined ? {} : { rows }),
      ...(enlarge === undefined ? {} : { enlarge }),
    })
    const lines = text.split('\n')
    return [lines[0].length, lines.length]
  }

  it('keeps the shape within columns and rows', () => {
    expect(size(28)).toEqual([28, 14])
    expect(size(14)).toEqual([14, 7])
    expect(size(20)).toEqual([20, 10])
    expect(size(80, 7)).toEqual([14, 7])
    expect(size(1)).toEqual([1, 1])
  })

  it('enlarges by whole numbers, and only as far as asked', () => {
    expect(size(100)).toEqual([28, 14])
    expect(size(100, undefined, 2)).toEqual([56, 28])
    expect(size(100, undefined, 9)).toEqual([84, 42])
    expect(size(100, 30, 9)).toEqual([56, 28])
  })

  it('averages areas, parts of pixels in part', () => {
    // Three pixels on two: each new one covers one and a half.
    const [above] = shown(terminalPicture(grey(3, 0, 90, 240, 0, 90, 240, 0, 90, 240), { columns: 2, colorBits: 24 }))
    expect(above).toEqual(['30,30,30', '190,190,190'])
  })

  it('takes the mean of whole blocks where the ratio is whole', () => {
    const pixels = Uint8Array.from({ length: 64 * 48 * 3 }, (_, at) => (at * at * 31 + at * 7) % 256)
    const blockMean = (x: number, y: number, channel: number): number => {
      let sum = 0
      for (let dy = 0; dy < 4; dy++) {
        for (let dx = 0; dx < 4; dx++) sum += pixels[((4 * y + dy) * 64 + 4 * x + dx) * 3 + channel]
      }
      return Math.round(sum / 16)
    }
    const means = Array.from({ length: 12 }, (_, y) =>
      Array.from({ length: 16 }, (__, x) => [0, 1, 2].map((channel) => blockMean(x, y, channel)).join(',')),
    )
    const text = terminalPicture({ width: 64, height: 48, channels: 3, pixels }, { columns: 16, colorBits: 24 })
    expect(shown(text)).toEqual(means)
  })
})

describe('terminalPicture in 256 colors', () => {
  it('takes the nearest grey, black and white included', () => {
    const rows = shown(terminalPicture(grey(6, 0, 3, 5, 128, 239, 255), { columns: 6, colorBits: 8 }))
    expect(rows[0]).toEqual(['16', '16', '232', '244', '255', '231'].map((code) => `palette ${code}`))
  })

  it('takes the nearest color of the cube', () => {
    const pixels = new Uint8Array([255, 0, 0, 100, 140, 200])
    const rows = shown(terminalPicture({ width: 2, height: 1, channels: 3, pixels }, { columns: 2, colorBits: 8 }))
    expect(rows[0]).toEqual(['palette 196', 'palette 68'])
  })
})

describe('terminalPicture without color', () => {
  it('writes brightness as characters and no escapes, two rows to a line', () => {
    const steps = Array.from({ length: 10 }, (_, step) => Math.round((step * 255) / 9))
    const picture = grey(10, ...steps, ...steps)
    expect(terminalPicture(picture, { columns: 10, colorBits: 1 })).toBe(' .:-=+*#%@')
  })

  it('takes the mean of both rows, and an odd last row alone', () => {
    expect(terminalPicture(grey(1, 0, 255, 255), { columns: 1, colorBits: 1 })).toBe('=\n@')
  })

  it('sees green as brighter than blue', () => {
    const picture: Picture = { width: 2, height: 1, channels: 3, pixels: new Uint8Array([0, 255, 0, 0, 0, 255]) }
    expect(terminalPicture(picture, { columns: 2, colorBits: 1 })).toBe('# ')
  })
})
