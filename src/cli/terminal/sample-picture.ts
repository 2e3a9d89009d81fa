import { randomInt } from 'node:crypto'
import { composeGrid } from '../../runs/samples/image-grid.ts'
import type { GridImages } from '../../runs/samples/image-grid.ts'
import type { Picture } from '../../files/picture.ts'
import { itermPicture } from './iterm-picture.ts'
import { kittyPicture } from './kitty-picture.ts'
import type { Cells, Overlay } from './live-area.ts'
import type { TerminalCapabilities, PictureKind } from './terminal-capabilities.ts'
import { terminalPicture } from './block-picture.ts'

/** The first lines of a live area, each with its line break, and the picture that covers them where they are blank. */
export interface SamplePicture {
  readonly text: string
  readonly overlay: Overlay | null
}

type Drawing = (images: GridImages, room: Cells) => SamplePicture | Promise<SamplePicture>

/**
 * Draws as many samples as there is room for, as this terminal shows pictures. Asked again for the same images in the
 * same room, it gives the same picture: the line below it changes far more often.
 */
export function sampleDrawer(
  terminal: TerminalCapabilities,
): (images: GridImages, room: Cells) => Promise<SamplePicture> {
  const draw = drawings(terminal)[terminal.pictures]
  let last: { images: GridImages; room: Cells; picture: SamplePicture } | null = null
  return async (images, room) => {
    if (last === null || last.images !== images || last.room.columns !== room.columns || last.room.rows !== room.rows) {
      last = { images, room, picture: await draw(images, room) }
    }
    return last.picture
  }
}

const nothing: SamplePicture = { text: '', overlay: null }

function drawings({ colorBits }: TerminalCapabilities): Record<PictureKind, Drawing> {
  return {
    none: () => nothing,
    blocks: (images, room) => inBlocks(images, room, colorBits),
    kitty: kittyDrawing(),
    iterm: (images, room) => inPixels(images, room, itermPicture),
  }
}

function kittyDrawing(): Drawing {
  // Two names in turn, as the old picture stays until the new one has come; random ones, as the last picture of a run stays
  // in the terminal when others begin.
  const name = randomInt(1, 2 ** 31 - 1)
  let turn = 0
  return (images, room) => {
    turn = 1 - turn
    const id = name + turn
    return inPixels(images, room, (grid, cells) => kittyPicture(grid, cells, id))
  }
}

/** How large a sample is shown, and at most how many stand side by side and one above the other. */
interface SampleSize extends Cells {
  readonly mostAcross: number
  readonly mostDown: number
}

function inBlocks(images: GridImages, room: Cells, colorBits: TerminalCapabilities['colorBits']): SamplePicture {
  // About 14 characters wide, or one alone as wide as can be, the pixels in whole groups.
  const [height, width] = images.shape
  const alone = widthAlone(images, room)
  const unit = Math.max(1, alone === null ? Math.round(width / 14) : Math.ceil(width / alone))
  const size = { columns: Math.ceil(width / unit), rows: Math.ceil(height / unit / 2) }
  const fitted = fit(images, room, { ...size, mostAcross: 10, mostDown: 2 })
  if (fitted === null) return nothing
  const grid = composeGrid(fitted.images, { columns: fitted.across, gap: unit })
  const text = terminalPicture(grid, { columns: Math.floor(grid.width / unit), colorBits })
  return { text: `${text}\n`, overlay: null }
}

/** A character is about as many pixels wide: pictures have no fewer, and not many more. */
const characterWidth = 8

async function inPixels(
  images: GridImages,
  room: Cells,
  encode: (grid: Picture, cells: Cells) => Promise<Overlay>,
): Promise<SamplePicture> {
  const [height, width] = images.shape
  const alone = widthAlone(images, room)
  const columns = Math.min(Math.max(8, Math.round(width / characterWidth)), alone ?? 32)
  const size = { columns, rows: Math.ceil((height * columns) / (2 * width)) }
  const fitted = fit(images, room, { ...size, mostAcross: 16, mostDown: 4 })
  if (fitted === null) return nothing
  const scale = Math.ceil((characterWidth * columns) / width)
  const gap = Math.floor((width * scale) / columns)
  const grid = composeGrid(fitted.images, { columns: fitted.across, scale, gap })
  const cells = {
    columns: Math.round((grid.width * columns) / (width * scale)),
    rows: Math.ceil((grid.height * columns) / (2 * width * scale)),
  }
  return { text: '\n'.repeat(cells.rows), overlay: await encode(grid, cells) }
}

/** How many characters wide an image may be that is the only one; null where there are more. */
function widthAlone({ images, shape: [height, width, channels] }: GridImages, room: Cells): number | null {
  if (images.length > height * width * channels) return null
  return Math.max(1, Math.min(room.columns - 1, Math.floor((2 * (room.rows - 1) * width) / height)))
}

/** As many images as there is room for with one column and one row beside each, or null where there is none for any. */
function fit(
  { images, shape }: GridImages,
  room: Cells,
  { columns, rows, mostAcross, mostDown }: SampleSize,
): { images: GridImages; across: number } | null {
  const [height, width, channels] = shape
  const across = Math.min(Math.floor(room.columns / (columns + 1)), mostAcross)
  const down = Math.min(Math.floor(room.rows / (rows + 1)), mostDown)
  if (across < 1 || down < 1) return null
  return { images: { images: images.subarray(0, across * down * height * width * channels), shape }, across }
}
