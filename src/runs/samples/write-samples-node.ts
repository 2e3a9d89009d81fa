import { mkdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { writeNpy } from '../../data/npy.ts'
import { UserError } from '../../tensor/errors.ts'
import { columnsByClass } from '../../data/classes.ts'
import { codeOf, fileError } from '../../files/file-error-node.ts'
import { composeGrid } from './image-grid.ts'
import type { GridImages } from './image-grid.ts'
import { writePicture } from '../../files/write-picture-node.ts'
import { writeWholeFile } from '../../files/whole-file-node.ts'

/** The images `first` to `first + count - 1`. */
export type Draw = (count: number, first: number) => Promise<GridImages>

/** How many single files are drawn at a time. */
const filesAtOnce = 256

/** The most bytes that images of one file may have. */
const mostBytes = 2 ** 31

/**
 * Writes images where `out` says: one picture of all of them (.png), one array of bytes [count, height, width, channels]
 * (.npy), or, for a name without an ending, one PNG each into a folder. Throws a UserError where it cannot.
 * @param classes how many classes follow one another, or null: in a picture each gets columns of its own where they fit.
 */
export async function writeSamples(
  out: string,
  count: number,
  bytesEach: number,
  draw: Draw,
  classes: number | null = null,
): Promise<void> {
  const ending = extname(out).toLowerCase()
  const writer = writers[ending]
  if (writer === undefined || !Object.hasOwn(writers, ending)) {
    throw new UserError(`Samples are not written as ${ending}; name a .png, an .npy, or a folder without an ending.`)
  }
  if (ending !== '' && count * bytesEach > mostBytes) {
    throw new UserError(`${count} samples are too many for one file; name a folder, or fewer samples.`)
  }
  await writer(out, count, draw, classes)
}

type Write = (out: string, count: number, draw: Draw, classes: number | null) => Promise<void>

const writers: Readonly<Record<string, Write>> = {
  '.png': async (out, count, draw, classes) => {
    const columns = columnsByClass(classes, Math.ceil(Math.sqrt(count)))
    await writePicture(out, composeGrid(await draw(count, 0), { columns }))
  },
  '.npy': async (out, count, draw) => {
    const { images, shape } = await draw(count, 0)
    await writeWholeFile(out, writeNpy([count, ...shape], images))
  },
  '': writeFolder,
}

async function writeFolder(out: string, count: number, draw: Draw): Promise<void> {
  await makeFolder(out)
  const digits = Math.max(4, String(count - 1).length)
  for (let first = 0; first < count; first += filesAtOnce) {
    const { images, shape } = await draw(Math.min(filesAtOnce, count - first), first)
    const size = shape[0] * shape[1] * shape[2]
    for (let index = 0; index < images.length / size; index++) {
      const image = { images: images.subarray(index * size, (index + 1) * size), shape }
      await writePicture(join(out, `${String(first + index).padStart(digits, '0')}.png`), composeGrid(image))
    }
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const facts = codeOf(error) === 'EEXIST' ? await stat(path).catch(() => null) : null
    if (!facts?.isDirectory()) throw fileError('make the folder', path, error)
  }
}
