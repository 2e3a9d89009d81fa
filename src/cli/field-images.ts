import { pickValues } from '../data/field-columns.ts'
import type { FieldColumn, FieldColumns, FieldValues } from '../data/field-columns.ts'
import { isImageShape } from '../data/source.ts'
import type { ImageShape } from '../data/source.ts'
import type { DataRange } from '../tensor/fields.ts'
import { sizeOf } from '../tensor/shape.ts'
import { background } from './choose-images.ts'
import type { ChosenImages } from './choose-images.ts'

/** Images of one shape, one after the other. */
interface Images {
  readonly images: Uint8Array
  readonly shape: ImageShape
}

/** The same images, each with those of its further fields at its left, a pixel between. Fields that are no images are left out. */
export async function withFieldImages(chosen: ChosenImages, beside: FieldColumns = {}): Promise<ChosenImages> {
  const columns = Object.values(beside).flatMap((column) => (isImageColumn(column) ? [column] : []))
  if (columns.length === 0) return chosen
  const read = await Promise.all(columns.map((column) => imagesAt(column, chosen.rows)))
  return { ...chosen, ...sideBySide([...read, chosen], chosen.rows.length), parts: columns.length + 1 }
}

type ImageColumn = FieldColumn & { readonly field: { readonly shape: ImageShape; readonly range: DataRange } }

function isImageColumn(column: FieldColumn): column is ImageColumn {
  const { field } = column
  return (
    field.kind === 'numbers' && field.range !== null && isImageShape(field.shape) && [1, 3].includes(field.shape[2])
  )
}

/** Those of the examples at these rows; a blank row has a blank image. */
async function imagesAt({ field, values }: ImageColumn, rows: readonly (number | null)[]): Promise<Images> {
  const size = sizeOf(field.shape)
  const ascending = [...new Set(rows.filter((row) => row !== null))].toSorted((a, b) => a - b)
  const read = typeof values === 'function' ? await values(ascending) : pickValues(values, ascending, size)
  const bytes = bytesOf(field.range, read)
  const placeOf = new Map(ascending.map((row, place) => [row, place]))
  const images = new Uint8Array(rows.length * size).fill(background)
  rows.forEach((row, index) => {
    if (row === null) return
    const place = placeOf.get(row) ?? 0
    images.set(bytes.subarray(place * size, (place + 1) * size), index * size)
  })
  return { images, shape: field.shape }
}

/** Bytes are the pixels; other numbers are in the field's range. */
function bytesOf(range: DataRange, values: FieldValues): Uint8Array {
  if (values instanceof Uint8Array) return values
  const byteOf = (value: number) => (range === 'signed' ? (value + 1) * 127.5 : value * 255)
  return new Uint8Array(Uint8ClampedArray.from(values, byteOf).buffer)
}

/** Image i of every part next to each other: small ones enlarged as far as whole numbers go, all about the same middle. */
function sideBySide(parts: readonly Images[], count: number): Images {
  const height = Math.max(...parts.map(({ shape }) => shape[0]))
  const channels = Math.max(...parts.map(({ shape }) => shape[2]))
  const scaled = parts.map(({ images, shape }) => ({ images, shape, scale: Math.floor(height / shape[0]) }))
  const width = scaled.reduce((sum, { shape, scale }) => sum + shape[1] * scale + 1, -1)
  const joined = new Uint8Array(count * height * width * channels).fill(background)
  let left = 0
  for (const { images, shape, scale } of scaled) {
    const [high, wide, own] = shape
    const top = Math.floor((height - high * scale) / 2)
    for (let index = 0; index < count; index++) {
      for (let y = 0; y < high * scale; y++) {
        for (let x = 0; x < wide * scale; x++) {
          const from = ((index * high + Math.floor(y / scale)) * wide + Math.floor(x / scale)) * own
          const to = ((index * height + top + y) * width + left + x) * channels
          for (let channel = 0; channel < channels; channel++) {
            joined[to + channel] = images[from + (own === 1 ? 0 : channel)]
          }
        }
      }
    }
    left += wide * scale + 1
  }
  return { images: joined, shape: [height, width, channels] }
}
