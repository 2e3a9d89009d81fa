import { permute } from '../tensor/threefry.ts'
import { UserError } from '../tensor/errors.ts'
import { columnsAt } from './field-columns.ts'
import { createPoints, createSource, createStored } from './source.ts'
import type { ImageSource, Labels, Source } from './source.ts'

/** Data in two parts. */
export interface Divided<S extends Source = Source> {
  /** To learn from. */
  readonly train: S
  /** To judge by. */
  readonly test: S
}

/** Of so many samples, one is held back where nobody says how many. */
const every = 10

/** Which samples are held back does not change with the seed of a run. */
const key = [0x686f_6c64, 0] as const

/**
 * Divides data that has no test part of its own: some samples, drawn at random but always the same ones, are held back. Both parts stand
 * in the order of the data, and stored images stay where they are. Throws a UserError where none would be held back, or none be left.
 * @param count How many are held back; default: every tenth.
 */
export function holdOut(source: ImageSource, count?: number): Divided<ImageSource>
export function holdOut(source: Source, count?: number): Divided
export function holdOut(source: Source, count = Math.floor(source.count / every)): Divided {
  const { name } = source
  if (!(Number.isInteger(count) && count >= 1 && count < source.count)) {
    throw new UserError(
      count === 0
        ? `${name} has ${source.count} samples, of which none can be held back to judge by; give ${every} at least.`
        : `${name} has ${source.count} samples, of which ${count} cannot be held back to judge by; say fewer.`,
    )
  }
  const isHeldBack = new Uint8Array(source.count)
  for (let place = 0; place < count; place++) isHeldBack[permute(key, 0, 0, source.count, place)] = 1
  const rows = Array.from(isHeldBack, (_, row) => row)
  return {
    train: partOf(
      source,
      `${name} without ${count} held back`,
      rows.filter((row) => isHeldBack[row] === 0),
    ),
    test: partOf(
      source,
      `${count} held back of ${name}`,
      rows.filter((row) => isHeldBack[row] === 1),
    ),
  }
}

/** The samples at these rows, which ascend. */
function partOf(source: Source, name: string, rows: readonly number[]): Source {
  const labels = source.labels && labelsAt(source.labels, rows)
  const beside = source.beside && { beside: columnsAt(source.beside, rows) }
  if (source.kind === 'points')
    return createPoints({
      ...source,
      name,
      points: picked(source.points, rows, new Float32Array(2 * rows.length)),
      labels,
      ...beside,
    })
  const [height, width, channels] = source.shape
  if (source.kind === 'images') {
    return createSource({
      ...source,
      name,
      images: picked(source.images, rows, new Uint8Array(height * width * channels * rows.length)),
      labels,
      ...beside,
    })
  }
  const { store } = source
  return createStored({
    ...source,
    name,
    labels,
    ...beside,
    count: rows.length,
    contents: `${name} of ${source.fingerprint()}`,
    store: {
      mostHeld: store.mostHeld,
      read: (places) => store.read(Array.from(places, (place) => rows[place])),
    },
  })
}

/** Fills a part with the samples at these rows. */
function picked<Numbers extends Uint8Array | Float32Array>(values: Numbers, rows: readonly number[], part: Numbers) {
  const size = part.length / rows.length
  rows.forEach((row, place) => part.set(values.subarray(row * size, (row + 1) * size), place * size))
  return part
}

function labelsAt(labels: Labels, rows: readonly number[]): Labels {
  const part = labels.slice(0, rows.length)
  rows.forEach((row, place) => (part[place] = labels[row]))
  return part
}
