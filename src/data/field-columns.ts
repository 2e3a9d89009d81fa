import type { Field, Fields } from '../tensor/fields.ts'
import { sizeOf } from '../tensor/shape.ts'
import { murmur128 } from './murmur.ts'
import { littleEndianBytes } from './npy.ts'

/** Numbers of a field, one example after the other: bytes, floats or whole numbers. */
export type FieldValues = Uint8Array | Float32Array | Int32Array | ArrayLike<number>

/** Reads the numbers of some examples, whose numbers ascend, one after the other. */
export type FieldReader = (rows: ArrayLike<number>) => Promise<FieldValues>

/** One field of all examples. */
export type FieldColumn = HeldColumn | ReadColumn

/** A field whose numbers are in memory. */
export interface HeldColumn {
  /** Its description. */
  readonly field: Field
  /** All numbers, one example after the other. */
  readonly values: FieldValues
}

/** A field that is read when it is needed. */
export interface ReadColumn {
  /** Its description. */
  readonly field: Field
  /** Reads some of its numbers. */
  readonly values: FieldReader
  /** Depends on all numbers of the field: a hash of them, or of the file that they are read from. */
  readonly contents: string
}

/** Fields of an example beside its sample and its class, by name. */
export type FieldColumns = Readonly<Record<string, FieldColumn>>

const isRead = (column: FieldColumn): column is ReadColumn => typeof column.values === 'function'

/** Their descriptions. */
export const fieldsOf = (columns: FieldColumns): Fields =>
  Object.fromEntries(Object.entries(columns).map(([name, { field }]) => [name, field]))

/** The columns of the examples at these rows, which ascend. */
export const columnsAt = (columns: FieldColumns, rows: readonly number[]): FieldColumns =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, columnAt(column, rows)]))

function columnAt(column: FieldColumn, rows: readonly number[]): FieldColumn {
  const { field } = column
  if (!isRead(column)) return { field, values: pickValues(column.values, rows, sizeOf(field.shape)) }
  return {
    field,
    values: (places) => column.values(Array.from(places, (place) => rows[place])),
    contents: `${column.contents} at ${murmur128(littleEndianBytes(Uint32Array.from(rows)))}`,
  }
}

/** The values of some rows, each of `size` numbers. */
export function pickValues(values: Uint8Array, rows: ArrayLike<number>, size: number): Uint8Array
export function pickValues(values: FieldValues, rows: ArrayLike<number>, size: number): FieldValues
export function pickValues(values: FieldValues, rows: ArrayLike<number>, size: number): FieldValues {
  const length = rows.length * size
  const picked =
    values instanceof Uint8Array
      ? new Uint8Array(length)
      : values instanceof Float32Array
        ? new Float32Array(length)
        : values instanceof Int32Array
          ? new Int32Array(length)
          : new Float64Array(length)
  for (let at = 0; at < rows.length; at++) {
    for (let index = 0; index < size; index++) picked[at * size + index] = values[rows[at] * size + index]
  }
  return picked
}

/** A hash of everything in the columns. */
export const hashOfColumns = (columns: FieldColumns): string =>
  Object.entries(columns)
    .map(([name, column]) => `${name} ${JSON.stringify(column.field)} ${contentsOf(column)}`)
    .join(';')

const contentsOf = (column: FieldColumn): string => (isRead(column) ? column.contents : hashOf(column.values))

/** Of bytes as they are, which stand for other numbers than their own; equal numbers have equal hashes, in whatever array. */
const hashOf = (values: FieldValues): string =>
  murmur128(values instanceof Uint8Array ? values : littleEndianBytes(Float64Array.from(values)))
