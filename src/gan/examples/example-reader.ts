import type { Randomness } from '../../nn/layer.ts'
import { UserError } from '../../tensor/errors.ts'
import type { DataRange, Field, Fields } from '../../tensor/fields.ts'
import {
  add,
  cast,
  div,
  gather,
  lessEqual,
  mul,
  randomUniform,
  reshape,
  shuffle,
  sub,
  where,
} from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import { mapRecord } from './batch.ts'
import { streams } from './streams.ts'

const fromBytes: Record<DataRange, (bytes: Tensor) => Tensor> = {
  signed: (bytes) => sub(div(bytes, 127.5), 1),
  unit: (bytes) => div(bytes, 255),
}

/** All examples that are on the device, a column for each field: u8 bytes, f32 or i32 [n, ...]. */
export interface Columns {
  readonly fields: Fields
  readonly tensors: Variables
}

/** The examples at the given rows (i32 [m]): each field as players see it, [m, ...shape]. */
export const examplesAt = ({ fields, tensors }: Columns, rows: Tensor): Variables =>
  mapRecord(fields, (field, name) => asSeen(field, gather(tensors[name], rows)))

function asSeen(field: Field, stored: Tensor): Tensor {
  if (field.kind === 'whole') return stored
  const picked = reshape(stored, [stored.shape[0], ...field.shape])
  if (picked.dtype !== 'u8') return picked
  const numbers = cast(picked, 'f32')
  return field.range === null ? numbers : fromBytes[field.range](numbers)
}

/** `count` examples drawn independently. */
export function randomExamples(columns: Columns, { source, stream }: Randomness, count: number): Variables {
  const places = mul(randomUniform(source, stream(), [count]), countOf(columns))
  // The cast drops the fraction.
  return examplesAt(columns, cast(places, 'i32'))
}

/** How far the data is read: complete epochs (i32 []) and examples of the present one (i32 []). */
export type Cursor = { readonly epoch: Tensor; readonly position: Tensor }

/** Reads examples while a step is traced. */
export interface ExampleReader {
  /** Examples in a minibatch. */
  readonly batch: number
  /** The next minibatch of the epoch's own order, each field [batch, ...]. What is left of an epoch and fills no batch is dropped. */
  next(): Variables
  /** As many examples as a minibatch has, drawn independently of its order and of each other. */
  draw(random: Randomness): Variables
}

/** A reader that begins at `start`, and where it has come to. */
export interface CursorReader extends ExampleReader {
  /** Where the next minibatch begins. */
  cursor(): Cursor
  /** Passes over minibatches until so many are read in all. */
  skipTo(minibatches: number): void
}

/** Throws a UserError where a batch is more than all examples. */
export function readExamples(columns: Columns, seed: Tensor, start: Cursor, batch: number): CursorReader {
  const total = countOf(columns)
  if (batch > total) {
    throw new UserError(`A batch of ${batch} is more than the ${total} training samples; make it smaller.`)
  }
  let cursor = start
  let read = 0
  const advance = () => {
    const { epoch, position } = cursor
    const after = add(position, batch)
    const goesOn = lessEqual(after, total - batch)
    cursor = { epoch: where(goesOn, epoch, add(epoch, 1)), position: where(goesOn, after, 0) }
    read += 1
  }
  return {
    batch,
    next() {
      const { epoch, position } = cursor
      const rows = shuffle({ seed, step: epoch }, streams.shuffle, total, position, batch)
      advance()
      return examplesAt(columns, rows)
    },
    draw: (random) => randomExamples(columns, random, batch),
    cursor: () => cursor,
    skipTo(minibatches) {
      for (let left = minibatches - read; left > 0; left--) advance()
      if (read > minibatches) throw new Error(`a step reads ${read} minibatches, but its game says ${minibatches}`)
    },
  }
}

function countOf({ tensors }: Columns): number {
  const [first] = Object.values(tensors)
  return first.shape[0]
}
