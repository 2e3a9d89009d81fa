import type { Picture } from '../../files/picture.ts'

/** Images to lay out: `count * height * width * channels` bytes, NHWC. */
export interface GridImages {
  /** One image after the other, 0 (dark) to 255 (light). */
  readonly images: Uint8Array
  /** The shape of one image. */
  readonly shape: readonly [height: number, width: number, channels: number]
}

/** How images are laid out. */
export interface GridOptions {
  /** How many images stand side by side; as near to a square of images as can be unless told. */
  readonly columns?: number
  /** Each pixel becomes a square of this many pixels (a whole number, 1 unless told). */
  readonly scale?: number
  /** Pixels between neighbours, none around the outside (2 unless told). */
  readonly gap?: number
  /** The grey behind the gaps and where the last row has no image (0, black, unless told). */
  readonly background?: number
}

/** Lays images out in rows, left to right and top to bottom. Throws a RangeError where they are not whole images in grey or RGB. */
export function composeGrid({ images, shape }: GridImages, options: GridOptions = {}): Picture {
  const [height, width, channels] = shape
  if (channels !== 1 && channels !== 3) throw new RangeError(`a grid takes images of 1 or 3 channels, not ${channels}`)
  const size = height * width * channels
  const count = images.length / size
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`a grid needs whole images of ${shape.join(' x ')}, not ${images.length} bytes`)
  }
  const { columns = Math.ceil(Math.sqrt(count)), scale = 1, gap = 2, background = 0 } = options
  const across = Math.min(columns, count)
  const down = Math.ceil(count / across)
  const stepX = width * scale + gap
  const stepY = height * scale + gap
  const gridWidth = across * stepX - gap
  const gridHeight = down * stepY - gap
  const pixels = new Uint8Array(gridWidth * gridHeight * channels).fill(background)
  for (let index = 0; index < count; index++) {
    const left = (index % across) * stepX
    const top = Math.floor(index / across) * stepY
    for (let y = 0; y < height * scale; y++) {
      const row = index * size + Math.floor(y / scale) * width * channels
      const start = ((top + y) * gridWidth + left) * channels
      for (let x = 0; x < width * scale; x++) {
        const from = row + Math.floor(x / scale) * channels
        for (let channel = 0; channel < channels; channel++) {
          pixels[start + x * channels + channel] = images[from + channel]
        }
      }
    }
  }
  return { width: gridWidth, height: gridHeight, channels, pixels }
}
