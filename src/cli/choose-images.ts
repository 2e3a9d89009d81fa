import type { ImageShape, ImageSource, Labels, StoredSource } from '../data/source.ts'
import { wordsOf } from '../gan/examples/seed.ts'
import { composeGrid } from '../runs/samples/image-grid.ts'
import type { GridImages } from '../runs/samples/image-grid.ts'
import type { Picture } from '../files/picture.ts'
import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/shape.ts'
import { permute } from '../tensor/threefry.ts'

/** Images to look at, to be laid out in rows. */
export interface ChosenImages extends GridImages {
  readonly count: number
  /** How many stand side by side, so that each column holds one class; null where there are no such columns. */
  readonly columns: number | null
  /** The number of the example at each place; null where it is blank. */
  readonly rows: readonly (number | null)[]
  /** How many images of one example stand side by side; 1 unless given. */
  readonly parts?: number
}

/** The grey between images: where they end is seen, whether they are black or white there. */
export const background = 40
const gap = 4

/** Images are enlarged until their longer side is about this long, in pixels. */
const wishedSide = 56

/** The most bytes of pixels in a picture, so that making it takes seconds and not all memory. */
const mostBytes = 2 ** 28

/** More classes than this would make a picture wider than one can look at. */
const mostColumns = 20

/** Which images of a source are shown, in rows; null leaves a place blank. */
interface Choice {
  readonly places: readonly (number | null)[]
  readonly columns: number | null
}

/**
 * At most `count` images, drawn at random, the same ones for the same seed. Of labelled data every class gives as many in
 * turn, rare ones as often as others, so that all are seen, or where there are too many some from all along; a class that has no more leaves its places blank. Where there are
 * few enough classes each has columns of its own, and only whole rows are made.
 */
export function chooseImages(
  { images, shape, labels }: Pick<ImageSource, 'images' | 'shape' | 'labels'>,
  count: number,
  seed: number,
): ChosenImages {
  const size = sizeOf(shape)
  const choice = choose(labels, images.length / size, count, seed)
  return placed(choice, shape, (place) => images.subarray(place * size, (place + 1) * size))
}

/** The same of images that have to be read. */
export async function readChosen(source: StoredSource, count: number, seed: number): Promise<ChosenImages> {
  const { shape, labels, store } = source
  const size = sizeOf(shape)
  const choice = choose(labels, source.count, count, seed)
  const rows = choice.places.filter((place) => place !== null).toSorted((a, b) => a - b)
  const images = await store.read(rows)
  const order = new Map(rows.map((row, index) => [row, index]))
  return placed(choice, shape, (place) => {
    const index = order.get(place) ?? 0
    return images.subarray(index * size, (index + 1) * size)
  })
}

function choose(labels: Labels | null, total: number, count: number, seed: number): Choice {
  const all = poolsOf(labels, total)
  const isTable = all.length > 1 && all.length <= Math.min(count, mostColumns)
  const pools = spread(all, count)
  // As near to a square as whole columns make it.
  const columnsEach = isTable ? Math.max(1, Math.round(Math.sqrt(count) / pools.length)) : 1
  const columns = pools.length * columnsEach
  const wanted = isTable ? count - (count % columns) : count
  const places: (number | null)[] = []
  for (let drawn = 0; places.length < wanted && pools.some(({ length }) => length > drawn); drawn += columnsEach) {
    for (const [pool, members] of pools.entries()) {
      for (let turn = drawn; turn < drawn + columnsEach; turn++) {
        const isLeft = turn < members.length
        if (isLeft) places.push(members[permute(wordsOf(seed), pool, 0, members.length, turn)])
        else if (isTable) places.push(null)
      }
    }
  }
  return { places: places.slice(0, wanted), columns: isTable ? columns : null }
}

function placed({ places, columns }: Choice, shape: ImageShape, imageAt: (place: number) => Uint8Array): ChosenImages {
  const size = sizeOf(shape)
  const images = new Uint8Array(places.length * size).fill(background)
  for (const [index, place] of places.entries()) if (place !== null) images.set(imageAt(place), index * size)
  return { images, shape, count: places.filter((place) => place !== null).length, columns, rows: places }
}

/** The images side by side, enlarged where they are small. Throws a UserError where the picture would be too large to make. */
export function layOut({ images, shape, columns, parts = 1 }: Omit<ChosenImages, 'count' | 'rows'>): Picture {
  const [height, width, channels] = shape
  const scale = Math.max(1, Math.round(wishedSide / Math.max(height, width / parts)))
  const bytesEach = (height * scale + gap) * (width * scale + gap) * channels
  const most = Math.max(1, Math.floor(mostBytes / bytesEach))
  if (images.length / (height * width * channels) > most) {
    throw new UserError(`A picture holds at most ${most} images of ${height} x ${width}; ask for no more by --count.`)
  }
  return composeGrid({ images, shape }, { scale, gap, background, ...(columns === null ? {} : { columns }) })
}

/** At most so many of them, from all along. */
const spread = <T>(values: readonly T[], most: number): readonly T[] =>
  values.length <= most
    ? values
    : Array.from({ length: most }, (_, index) => values[Math.floor((index * values.length) / most)])

/** The numbers of the images of each class that occurs; of all images where there are no labels. */
function poolsOf(labels: Labels | null, count: number): number[][] {
  const pools = new Map<number, number[]>()
  for (let index = 0; index < count; index++) {
    const label = labels === null ? 0 : labels[index]
    const pool = pools.get(label)
    if (pool === undefined) pools.set(label, [index])
    else pool.push(index)
  }
  return [...pools].toSorted(([a], [b]) => a - b).map(([, pool]) => pool)
}
