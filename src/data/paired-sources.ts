import { UserError } from '../tensor/errors.ts'
import { imageField } from '../tensor/fields.ts'
import { permute } from '../tensor/threefry.ts'
import type { FieldColumn, FieldReader } from './field-columns.ts'
import type { ImageSource, Source, StoredSource } from './source.ts'
import { createSource, createStored } from './source.ts'

/** Which one meets which does not change with the seed of a run. */
const key = [0x7061_6972, 0] as const

/** What two sets of images have to do with each other. */
export type Pairing = 'paired' | 'unpaired'

/**
 * Two sets of images as one: each example is an image of `to`, with one of `from` beside it as its field `source`. Paired, both are at the
 * same place; unpaired, the other one is drawn at random, always the same one, and every one comes up before any comes up again. Throws a
 * UserError where a set is no images, or pairs do not fit.
 */
export function pairSources(from: Source, to: Source, pairing: Pairing): ImageSource | StoredSource {
  const name = `${from.name} ${pairing === 'paired' ? 'with' : 'and'} ${to.name}`
  if (from.kind === 'points' || to.kind === 'points') {
    throw new UserError(`${name} are to be two sets of images, and points are none.`)
  }
  if (pairing === 'paired' && from.count !== to.count) {
    throw new UserError(`${from.name} has ${from.count} images and ${to.name} ${to.count}; pairs need as many of both.`)
  }
  const rowOf = (row: number): number =>
    pairing === 'paired' ? row : permute(key, 0, Math.floor(row / from.count), from.count, row % from.count)
  const beside = { source: columnOf(from, to.count, rowOf) }
  const notes = [...from.notes, ...to.notes]
  if (to.kind === 'images') return createSource({ ...to, name, notes, beside })
  return createStored({ ...to, name, notes, beside, contents: to.fingerprint() })
}

function columnOf(source: ImageSource | StoredSource, count: number, rowOf: (row: number) => number): FieldColumn {
  const field = imageField(source.shape, 'signed')
  const size = source.shape.reduce((product, extent) => product * extent, 1)
  if (source.kind === 'images') {
    const values = new Uint8Array(count * size)
    for (let row = 0; row < count; row++) {
      values.set(source.images.subarray(rowOf(row) * size, (rowOf(row) + 1) * size), row * size)
    }
    return { field, values }
  }
  const read: FieldReader = async (rows) => {
    // A store reads rows that ascend soonest, and each once.
    const wanted = Array.from(rows, rowOf)
    const ascending = [...new Set(wanted)].toSorted((a, b) => a - b)
    const bytes = await source.store.read(ascending)
    const values = new Uint8Array(wanted.length * size)
    const placeOf = new Map(ascending.map((row, place) => [row, place]))
    wanted.forEach((row, at) => {
      const place = placeOf.get(row) ?? 0
      values.set(bytes.subarray(place * size, (place + 1) * size), at * size)
    })
    return values
  }
  return { field, values: read, contents: `${source.fingerprint()} for ${count}` }
}
