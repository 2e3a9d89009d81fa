import { pickValues } from '../../data/field-columns.ts'
import type { FieldColumns, FieldReader, FieldValues } from '../../data/field-columns.ts'
import { UserError } from '../../tensor/errors.ts'
import type { DataRange, Field } from '../../tensor/fields.ts'
import { sizeOf } from '../../tensor/shape.ts'
import type { Game } from '../game/game.ts'

/** Examples as the trainer takes them: records of named fields, or samples with labels. A Source is one of them. */
export type TrainingData = FieldData | (SampleFacts & (HeldImages | HeldPoints | StoredImages))

/** Records of named fields. */
export interface FieldData {
  /** How many examples there are. */
  readonly count: number
  /** Each field: its numbers, or a function that reads those of some examples, whose numbers ascend, one after the other. */
  readonly fields: Readonly<Record<string, FieldValues | FieldReader>>
  /** How many examples may be on the device at a time, where a field is read; default all of them. */
  readonly mostHeld?: number
}

export interface SampleFacts {
  /** How many samples there are. */
  readonly count: number
  /** The class of each, 0 ... classes - 1, for games with classes; null or left out where it is unknown. */
  readonly labels?: ArrayLike<number> | null
  /** Further fields of each example. */
  readonly beside?: FieldColumns
}

/** Images in memory. */
export interface HeldImages {
  /** One sample after the other, as in a Source: bytes that become the game's data range, or finished numbers. */
  readonly images: Uint8Array | Float32Array
}

/** Points in memory. */
export interface HeldPoints {
  /** One sample after the other; finished numbers. */
  readonly points: Float32Array
}

/** More images than can be held. */
export interface StoredImages {
  /** Bytes of images that are read when they are needed. */
  readonly store: {
    /** How many of them may be on the device at a time. */
    readonly mostHeld: number
    /** The images of these numbers, which ascend, one after the other. */
    read(rows: ArrayLike<number>): Promise<Uint8Array>
  }
}

/** The fields of a game's examples, checked. */
export interface ExampleTable {
  /** How many examples there are. */
  readonly count: number
  /** How many examples may be on the device at a time; null where all of them are in memory. */
  readonly mostHeld: number | null
  /** The fields, by name. */
  readonly columns: Readonly<Record<string, Column>>
}

/** One field of all examples. */
export interface Column {
  /** What it holds. */
  readonly field: Field
  /** Of the numbers where they are stored. */
  readonly dtype: 'u8' | 'f32' | 'i32'
  /** All of them, one example after the other; null where they are read. */
  readonly values: FieldValues | null
  /** Those of some examples. */
  read: FieldReader
}

/** Finds the fields of a game in data. Throws a UserError where one is missing or does not fit. */
export function exampleTable({ example, generation }: Game, data: TrainingData): ExampleTable {
  const { count } = data
  const fields = fieldsIn(data, generation.imitates)
  const columns = Object.entries(example).map(([name, field]): [string, Column] => {
    const values = Object.hasOwn(fields, name) ? fields[name] : null
    if (values === null) throw new UserError(missing(name, field, Object.keys(fields)))
    return [
      name,
      typeof values === 'function' ? readColumn(name, field, values) : heldColumn(name, field, values, count),
    ]
  })
  const isRead = columns.some(([, { values }]) => values === null)
  return { count, mostHeld: isRead ? mostHeldOf(data) : null, columns: Object.fromEntries(columns) }
}

function fieldsIn(data: TrainingData, imitates: string): FieldData['fields'] {
  if ('fields' in data) return data.fields
  const samples = 'store' in data ? data.store.read : 'points' in data ? data.points : data.images
  const beside = Object.entries(data.beside ?? {}).map(([name, { values }]) => [name, values] as const)
  return { [imitates]: samples, ...(data.labels ? { class: data.labels } : {}), ...Object.fromEntries(beside) }
}

const mostHeldOf = (data: TrainingData): number =>
  'store' in data ? data.store.mostHeld : ('fields' in data && data.mostHeld) || data.count

function missing(name: string, field: Field, known: readonly string[]): string {
  if (name === 'class' && field.kind === 'whole') {
    return `The game has ${field.count} classes, but the data has no labels; give data with labels, or a game without classes.`
  }
  return `The game learns from examples with the field ${name}, which the data has not; it has ${known.join(', ') || 'no fields'}.`
}

function readColumn(name: string, field: Field, read: FieldReader): Column {
  const size = sizeOf(field.shape)
  return {
    field,
    dtype: field.kind === 'whole' ? 'i32' : field.range === null ? 'f32' : 'u8',
    values: null,
    async read(rows) {
      const values = await read(rows)
      if (values.length !== rows.length * size) {
        throw new UserError(
          `${rows.length} examples have ${rows.length * size} numbers of the field ${name}, but ${values.length} were read.`,
        )
      }
      if (field.kind === 'whole') requireBelow(name, field.count, values, (index) => rows[Math.floor(index / size)])
      else if (field.range !== null && !(values instanceof Uint8Array)) {
        throw new UserError(`The field ${name} has a range, so that it is read as bytes, but other numbers were read.`)
      }
      return values
    },
  }
}

function heldColumn(name: string, field: Field, values: FieldValues, count: number): Column {
  const size = sizeOf(field.shape)
  if (values.length !== count * size) {
    const what = name === 'class' ? 'labels' : `numbers of the field ${name}, ${size} for each`
    throw new UserError(
      `The data has ${count} samples, but ${values.length} ${what}; give ${size === 1 ? 'one for each' : 'all of them'}.`,
    )
  }
  if (field.kind === 'whole') requireBelow(name, field.count, values, (index) => Math.floor(index / size))
  return {
    field,
    dtype: field.kind === 'whole' ? 'i32' : values instanceof Uint8Array ? 'u8' : 'f32',
    values,
    read: async (rows) => pickValues(values, rows, size),
  }
}

/** @param exampleAt the number of the example that has the value at an index. */
function requireBelow(name: string, count: number, values: FieldValues, exampleAt: (index: number) => number): void {
  const stray = Array.from(values).findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < count))
  if (stray < 0) return
  const sample = exampleAt(stray)
  throw new UserError(
    name === 'class'
      ? `Sample ${sample} has the label ${values[stray]}, but the ${count} classes of the game are 0 to ${count - 1}.`
      : `Example ${sample} has ${values[stray]} in the field ${name}, which takes 0 to ${count - 1}.`,
  )
}

/** Values of a field as players see them: bytes become numbers of its range. */
export function asSeenValues(field: Field, values: FieldValues): Float32Array {
  if (field.kind === 'whole' || !(values instanceof Uint8Array) || field.range === null)
    return Float32Array.from(values)
  return Float32Array.from(values, rangeOf[field.range])
}

const rangeOf: Record<DataRange, (byte: number) => number> = {
  signed: (byte) => byte / 127.5 - 1,
  unit: (byte) => byte / 255,
}
