import { pickValues } from '../../src/data/field-columns.ts'
import { createSource, createStored } from '../../src/data/source.ts'
import type { ImageSource, StoredSource } from '../../src/data/source.ts'

/** Gray images of 1 x 2: image i is of pixels first + 2 i and first + 2 i + 1. */
export const imagesFrom = (name: string, count: number, first = 0): ImageSource =>
  createSource({
    name,
    shape: [1, 2, 1],
    images: Uint8Array.from({ length: 2 * count }, (_, index) => first + index),
    labels: null,
    classes: null,
  })

/** The same images as a store has them, which takes rows that ascend alone. */
export function stored(source: ImageSource, mostHeld: number): StoredSource {
  const { name, shape, labels, classes, count } = source
  const read = async (rows: ArrayLike<number>) => {
    const all = Array.from(rows)
    if (all.some((row, place) => place > 0 && row <= all[place - 1]))
      throw new Error(`rows that do not ascend: ${all.join()}`)
    return pickValues(source.images, rows, 2)
  }
  return createStored({
    name,
    shape,
    labels,
    classes,
    count,
    contents: source.fingerprint(),
    store: { mostHeld, read },
  })
}
