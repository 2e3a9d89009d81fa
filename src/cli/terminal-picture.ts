import type { Picture } from '../runs/grid.ts'

export interface TerminalPictureOptions {
  /** How many characters wide the picture may be. */
  readonly columns: number
  /** How many lines high it may be; any number unless told. */
  readonly rows?: number
  /** 24-bit colour escapes and half blocks, or else bare characters for a dark background. */
  readonly color: boolean
  /** The largest whole number a small picture may be enlarged by to fill its place (1 unless told). */
  readonly enlarge?: number
}

const upperHalf = '▀'
const reset = '\x1b[0m'
const darkToLight = ' .:-=+*#%@'

/** A picture as lines of text, two rows of pixels to a line. The lines are joined by newlines; there is none at the end. */
export function terminalPicture(picture: Picture, options: TerminalPictureOptions): string {
  const { columns, rows = Infinity, color, enlarge = 1 } = options
  const room = Math.min(columns / picture.width, (2 * rows) / picture.height)
  const fitted = room < 1 ? shrink(picture, room) : enlargeBy(picture, Math.min(Math.floor(room), enlarge))
  const line = color ? colorLine : plainLine
  const lines = Array.from({ length: Math.ceil(fitted.height / 2) }, (_, row) => line(fitted, 2 * row))
  return lines.join('\n')
}

/** One line of half blocks: the character's own colour above, its background below. Only changes of colour are written. */
function colorLine(picture: Picture, top: number): string {
  const hasBelow = top + 1 < picture.height
  let text = ''
  let foreground = ''
  let background = ''
  for (let x = 0; x < picture.width; x++) {
    const above = rgbAt(picture, x, top)
    const below = hasBelow ? rgbAt(picture, x, top + 1) : ''
    // A space shows the background alone, so that the other colour need not change.
    const flat = above === below
    const changes = []
    if (!flat && above !== foreground) changes.push(`38;2;${(foreground = above)}`)
    if (below !== background) changes.push(`48;2;${(background = below)}`)
    text += (changes.length > 0 ? `\x1b[${changes.join(';')}m` : '') + (flat ? ' ' : upperHalf)
  }
  return text + reset
}

function rgbAt({ width, channels, pixels }: Picture, x: number, y: number): string {
  const at = (y * width + x) * channels
  const green = channels === 3 ? 1 : 0
  return `${pixels[at]};${pixels[at + green]};${pixels[at + 2 * green]}`
}

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
