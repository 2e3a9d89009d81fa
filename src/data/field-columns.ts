import type { Field, Fields } from '../tensor/fields.ts'
import { sizeOf } from '../tensor/shape.ts'
import { murmur128 } from './murmur.ts'

/** Numbers of a field, one example after the other: bytes, floats or whole numbers. */
export type FieldValues = Uint8Array | Float32Array | Int32Array | ArrayLike<number>

/** Reads the numbers of some examples, whose numbers ascend, one after the other. */
export type FieldReader = (rows: ArrayLike<number>) => Promise<FieldValues>

/** One field of all examples. */
export interface FieldColumn {
  readonly field: Field
  /** All numbers, or a function that reads some. */
  readonly values: FieldValues | FieldReader
  /** A hash of what is read; of numbers in memory, it is computed. */
  readonly contents?: string
}

/** Fields of an example beside its sample and its class, by name. */
export type FieldColumns = Readonly<Record<string, FieldColumn>>

/** Their descriptions. */
export const fieldsOf = (columns: FieldColumns): Fields =>
  Object.fromEntries(Object.entries(columns).map(([name, { field }]) => [name, field]))

/** The columns of the examples at these rows. */
export const columnsAt = (columns: FieldColumns, rows: readonly number[]): FieldColumns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, { field, values, contents }]): [string, FieldColumn] => {
      if (typeof values !== 'function') return [name, { field, values: pickValues(values, rows, sizeOf(field.shape)) }]
      const read: FieldReader = (places) => values(Array.from(places, (place) => rows[place]))
      return [name, { field, values: read, contents: `${rows.length} of ${contents}` }]
    }),
  )

/** The values of some rows, each of `size` numbers. */
export function pickValues(values: FieldValues, rows: ArrayLike<number>, size: number): FieldValues {
  const length = rows.length * size
  const picked =
    values instanceof Uint8Array
      ? new Uint8Array(length)
      : values instanceof Float32Array
        ? new Float32Array(length)
        : new Int32Array(length)
  for (let at = 0; at < rows.length; at++) {
    for (let index = 0; index < size; index++) picked[at * size + index] = values[rows[at] * size + index]
  }
  return picked
}

/** A hash of everything in the columns. */
export const hashOfColumns = (columns: FieldColumns): string =>
  Object.entries(columns)
    .map(([name, { field, values, contents }]) => `${name} ${JSON.stringify(field)} ${contents ?? hashOf(values)}`)
    .join(';')

const hashOf = (values: FieldValues | FieldReader): string =>
  typeof values === 'function'
    ? 'read'
    : murmur128(new Uint8Array(values instanceof Uint8Array ? values : Float64Array.from(values).buffer))
