import type { Randomness } from '../nn/layer.ts'
import { UserError } from '../tensor/errors.ts'
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
} from '../tensor/operations/index.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import type { Labeled, Labels } from './labeled.ts'
import { streams } from './streams.ts'

/** Which numbers the bytes 0 ... 255 become: -1 ... 1 (for players that end in tanh) or 0 ... 1 (sigmoid). */
export type DataRange = 'signed' | 'unit'

const fromBytes: Record<DataRange, (bytes: Tensor) => Tensor> = {
  signed: (bytes) => sub(div(bytes, 127.5), 1),
  unit: (bytes) => div(bytes, 255),
}

/** All training samples, resident: u8 bytes [n, ...], or f32 numbers that are taken as they are. */
export interface Dataset {
  readonly images: Tensor
  /** The class of each, with indices i32 [n]; null or left out in games without classes. */
  readonly labels?: Labels | null
  /** The shape of one sample as the players see it. */
  readonly shape: Shape
  readonly range: DataRange
}

/** The samples at the given rows (i32 [m]), f32 [m, ...shape]. */
export function samplesAt({ images, shape, range }: Dataset, rows: Tensor): Tensor {
  const picked = reshape(gather(images, rows), [rows.shape[0], ...shape])
  return picked.dtype === 'u8' ? fromBytes[range](cast(picked, 'f32')) : picked
}

/** `count` samples drawn independently. */
export function randomSamples(data: Dataset, { source, stream }: Randomness, count: number): Tensor {
  const places = mul(randomUniform(source, stream(), [count]), data.images.shape[0])
  // The cast drops the fraction.
  return samplesAt(data, cast(places, 'i32'))
}

/** How far the data is read: complete epochs (i32 []) and samples of the present one (i32 []). */
export type Place = { readonly epoch: Tensor; readonly position: Tensor }

export interface Minibatch {
  /** The samples, with their classes. */
  readonly samples: Labeled
  /** Where the next one begins. */
  readonly place: Place
}

/**
 * The next `batch` samples of the epoch's own order, and the place after them. What is left of an epoch is dropped when
 * it fills no batch.
 */
export function nextMinibatch(data: Dataset, seed: Tensor, { epoch, position }: Place, batch: number): Minibatch {
  const total = data.images.shape[0]
  if (batch > total) {
    throw new UserError(`A batch of ${batch} is more than the ${total} training samples; make it smaller.`)
  }
  const rows = shuffle({ seed, step: epoch }, streams.shuffle, total, position, batch)
  const after = add(position, batch)
  const goesOn = lessEqual(after, total - batch)
  const place = { epoch: where(goesOn, epoch, add(epoch, 1)), position: where(goesOn, after, 0) }
  const labels = data.labels ? { ...data.labels, indices: gather(data.labels.indices, rows) } : null
  return { samples: { values: samplesAt(data, rows), labels }, place }
}
