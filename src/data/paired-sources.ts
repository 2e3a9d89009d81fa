import { UserError } from '../tensor/errors.ts'
import { imageField } from '../tensor/fields.ts'
import { sizeOf } from '../tensor/shape.ts'
import { permute } from '../tensor/threefry.ts'
import { pickValues } from './field-columns.ts'
import type { FieldColumn } from './field-columns.ts'
import { createSource, createStored } from './source.ts'
import type { ImageSource, ImageStore, Source, StoredSource } from './source.ts'

/** Which one meets which does not change with the seed of a run. */
const key = [0x7061_6972, 0] as const

/** What two sets of images have to do with each other. */
export type Pairing = 'paired' | 'unpaired'

type Images = ImageSource | StoredSource

/**
 * Two sets of images as one: each example is an image of `to`, with one of `from` beside it as its field `source`. Paired, both are at the
 * same place; unpaired, the other one is drawn at random, always the same one, and every one comes up before any comes up again. Throws a
 * UserError where a set is no images, or pairs do not fit.
 */
export function pairSources(from: Source, to: Source, pairing: Pairing): Images {
  const name = `${from.name} ${pairing === 'paired' ? 'with' : 'and'} ${to.name}`
  if (from.kind === 'points' || to.kind === 'points') {
    throw new UserError(`${name} are to be two sets of images, and points are none.`)
  }
  if (pairing === 'paired' && from.count !== to.count) {
    throw new UserError(`${from.name} has ${from.count} images and ${to.name} ${to.count}; pairs need as many of both.`)
  }
  const beside = { ...to.beside, source: columnOf(from, to.count, pairing) }
  const { shape, labels, classes, count } = to
  const parts = { name, shape, labels, classes, beside, notes: [...from.notes, ...to.notes] }
  if (from.kind === 'images' && to.kind === 'images') return createSource({ ...parts, images: to.images })
  return createStored({ ...parts, count, store: storeOf(from, to), contents: to.fingerprint() })
}

function columnOf(source: Images, count: number, pairing: Pairing): FieldColumn {
  const rowOf = (row: number): number =>
    pairing === 'paired' ? row : permute(key, 0, Math.floor(row / source.count), source.count, row % source.count)
  const field = imageField(source.shape, 'signed')
  const size = sizeOf(source.shape)
  if (source.kind === 'images') {
    return {
      field,
      values: pickValues(
        source.images,
        Array.from({ length: count }, (_, row) => rowOf(row)),
        size,
      ),
    }
  }
  return {
    field,
    values: async (rows) => {
      // A store reads rows that ascend soonest, and each once.
      const wanted = Array.from(rows, rowOf)
      const ascending = [...new Set(wanted)].toSorted((a, b) => a - b)
      const placeOf = new Map(ascending.map((row, place) => [row, place]))
      const places = wanted.map((row) => placeOf.get(row) ?? 0)
      return pickValues(await source.store.read(ascending), places, size)
    },
    contents: `${pairing} ${source.fingerprint()} for ${count}`,
  }
}

/** Where the images of `to` are read from; as many are held at a time as leaves room for those beside them. */
function storeOf(from: Images, to: Images): ImageStore {
  const held = [from, to].flatMap((source) => (source.kind === 'stored' ? [source.store.mostHeld] : []))
  const [first, second] = held
  const mostHeld = held.length === 1 ? first : Math.max(1, Math.floor((first * second) / (first + second)))
  if (to.kind === 'stored') return { mostHeld, read: (rows) => to.store.read(rows) }
  return { mostHeld, read: async (rows) => pickValues(to.images, rows, sizeOf(to.shape)) }
}
