import type { Picture } from '../../files/picture.ts'

export type ColorBits = 1 | 8 | 24

export interface TerminalPictureOptions {
  /** How many characters wide the picture may be. */
  readonly columns: number
  /** How many lines high it may be; any number unless told. */
  readonly rows?: number
  /** How finely the terminal tells colours: half blocks in 24-bit colour or in 256, or bare characters for a dark background. */
  readonly colorBits: ColorBits
  /** The largest whole number a small picture may be enlarged by to fill its place (1 unless told). */
  readonly enlarge?: number
}

const upperHalf = '▀'
const reset = '\x1b[0m'
const darkToLight = ' .:-=+*#%@'

/** A picture as lines of text, two rows of pixels to a line. The lines are joined by newlines; there is none at the end. */
export function terminalPicture(picture: Picture, options: TerminalPictureOptions): string {
  const { columns, rows = Infinity, colorBits, enlarge = 1 } = options
  const room = Math.min(columns / picture.width, (2 * rows) / picture.height)
  const fitted = room < 1 ? shrink(picture, room) : enlargeBy(picture, Math.min(Math.floor(room), enlarge))
  const line = lineOf[colorBits]
  const lines = Array.from({ length: Math.ceil(fitted.height / 2) }, (_, row) => line(fitted, 2 * row))
  return lines.join('\n')
}

/** A colour as it stands behind 38; (foreground) or 48; (background). */
type ColorAt = (picture: Picture, x: number, y: number) => string

const lineOf: Record<ColorBits, (picture: Picture, top: number) => string> = {
  1: plainLine,
  8: (picture, top) => colorLine(picture, top, paletteColorAt),
  24: (picture, top) => colorLine(picture, top, rgbAt),
}

/** One line of half blocks: the character's own colour above, its background below. Only changes of colour are written. */
function colorLine(picture: Picture, top: number, colorAt: ColorAt): string {
  const hasBelow = top + 1 < picture.height
  let text = ''
  let foreground = ''
  let background = ''
  for (let x = 0; x < picture.width; x++) {
    const above = colorAt(picture, x, top)
    const below = hasBelow ? colorAt(picture, x, top + 1) : ''
    // A space shows the background alone, so that the other colour need not change.
    const flat = above === below
    const changes = []
    if (!flat && above !== foreground) changes.push(`38;${(foreground = above)}`)
    if (below !== background) changes.push(`48;${(background = below)}`)
    text += (changes.length > 0 ? `\x1b[${changes.join(';')}m` : '') + (flat ? ' ' : upperHalf)
  }
  return text + reset
}

function rgbAt({ width, channels, pixels }: Picture, x: number, y: number): string {
  const at = (y * width + x) * channels
  const green = channels === 3 ? 1 : 0
  return `2;${pixels[at]};${pixels[at + green]};${pixels[at + 2 * green]}`
}

/** The nearest of xterm's 256 colours: of its greys, or of its cube of 6 x 6 x 6. */
function paletteColorAt({ width, channels, pixels }: Picture, x: number, y: number): string {
  const at = (y * width + x) * channels
  if (channels === 1) return `5;${greyCodes[indexOfNearest(greys, pixels[at])]}`
  const [red, green, blue] = Array.from(pixels.subarray(at, at + 3), (value) => indexOfNearest(cube, value))
  return `5;${16 + 36 * red + 6 * green + blue}`
}

/** Black and white are corners of the cube; between them there are 24 greys of their own. */
const greys = [0, ...Array.from({ length: 24 }, (_, index) => 8 + 10 * index), 255]
const greyCodes = [16, ...Array.from({ length: 24 }, (_, index) => 232 + index), 231]
const cube = [0, 95, 135, 175, 215, 255]

const indexOfNearest = (levels: readonly number[], value: number): number =>
  levels.reduce((best, level, index) => (Math.abs(level - value) < Math.abs(levels[best] - value) ? index : best), 0)

function plainLine(picture: Picture, top: number): string {
  const bottom = Math.min(top + 1, picture.height - 1)
  let text = ''
  for (let x = 0; x < picture.width; x++) {
    const brightness = (lumaAt(picture, x, top) + lumaAt(picture, x, bottom)) / 2
    text += darkToLight[Math.min(Math.floor((brightness / 256) * darkToLight.length), darkToLight.length - 1)]
  }
  return text
}

/** Brightness from 0 to 255 with the weights of Rec. 709, as sRGB has them. */
function lumaAt({ width, channels, pixels }: Picture, x: number, y: number): number {
  const at = (y * width + x) * channels
  return channels === 1 ? pixels[at] : 0.2126 * pixels[at] + 0.7152 * pixels[at + 1] + 0.0722 * pixels[at + 2]
}

function enlargeBy({ width, height, channels, pixels }: Picture, factor: number): Picture {
  if (factor <= 1) return { width, height, channels, pixels }
  const larger = { width: width * factor, height: height * factor, channels }
  const copied = new Uint8Array(larger.width * larger.height * channels)
  for (let at = 0; at < copied.length; at++) {
    const channel = at % channels
    const x = Math.floor((Math.floor(at / channels) % larger.width) / factor)
    const y = Math.floor(at / channels / larger.width / factor)
    copied[at] = pixels[(y * width + x) * channels + channel]
  }
  return { ...larger, pixels: copied }
}

/** Makes a picture smaller: each new pixel is the mean of the area that it covers, parts of pixels counted in part. */
function shrink(picture: Picture, ratio: number): Picture {
  // Rounded down, so that the result is never larger than its place.
  const width = Math.max(1, Math.floor(picture.width * ratio))
  const height = Math.max(1, Math.floor(picture.height * ratio))
  const { channels } = picture
  const pixels = new Uint8Array(width * height * channels)
  const across = coverage(picture.width, width)
  const down = coverage(picture.height, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        let mean = 0
        for (const row of down[y]) {
          for (const column of across[x]) {
            const value = picture.pixels[(row.index * picture.width + column.index) * channels + channel]
            mean += value * row.share * column.share
          }
        }
        pixels[(y * width + x) * channels + channel] = Math.round(mean)
      }
    }
  }
  return { width, height, channels, pixels }
}

/** Which of `from` old pixels each of `to` new ones covers, and each one's share in it; the shares add up to 1. */
function coverage(from: number, to: number): { index: number; share: number }[][] {
  const step = from / to
  return Array.from({ length: to }, (_, place) => {
    const [start, end] = [place * step, (place + 1) * step]
    const first = Math.floor(start)
    const last = Math.min(Math.ceil(end), from)
    return Array.from({ length: last - first }, (_, offset) => {
      const index = first + offset
      return { index, share: (Math.min(end, index + 1) - Math.max(start, index)) / step }
    })
  })
}
