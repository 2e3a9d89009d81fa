import { UserError } from '../tensor/errors.ts'
import type { Fields } from '../tensor/fields.ts'
import { sizeOf } from '../tensor/shape.ts'
import { fieldsOf, hashOfColumns } from './field-columns.ts'
import type { FieldColumns } from './field-columns.ts'
import { murmur128 } from './murmur.ts'
import { littleEndianBytes } from './npy.ts'

/** Which part of a data set: the one to learn from, or the one held back to judge by. */
export type Split = 'train' | 'test'

/** The shape of an image, as opposed to that of a point, which is a single number. */
export type ImageShape = readonly [height: number, width: number, channels: number]

/** One class number per sample: bytes where they suffice. */
export type Labels = Uint8Array | Uint16Array

/** What every source tells of its samples. */
interface Facts<Kind extends string, Shape extends readonly number[]> {
  /** What its samples are, and where. */
  readonly kind: Kind
  /** For messages and records: what it was asked for by, and which part of it this is. */
  readonly name: string
  /** How many samples there are, at least 1. */
  readonly count: number
  /** The shape of one sample. */
  readonly shape: Shape
  /** One class number per sample, or null where the set has no labels. */
  readonly labels: Labels | null
  /** What each class number means, or null where nobody says. */
  readonly classes: readonly string[] | null
  /** Further fields of each example, read together with its sample: a source image, words, a row of a table. */
  readonly beside?: FieldColumns
  /** What users should know, as what was left out: whole sentences. */
  readonly notes: readonly string[]
  /** 32 hexadecimal digits that depend on shape, samples and labels alone; computed at the first call. */
  fingerprint(): string
}

/** Images, all in memory. */
export interface ImageSource extends Facts<'images', ImageShape> {
  /** `count * height * width * channels` bytes, NHWC, 0 (dark) to 255 (light). */
  readonly images: Uint8Array
}

/** Images that are too many to be held, and are read when they are needed. */
export interface StoredSource extends Facts<'stored', ImageShape> {
  /** Where they are read from. */
  readonly store: ImageStore
}

/** Images in a file. */
export interface ImageStore {
  /** How many of them may be held at a time: what a part of training is made of, and decides its bytes with all else. */
  readonly mostHeld: number
  /** The images of these numbers, one after the other as in `ImageSource`; soonest where the numbers ascend. */
  read(rows: ArrayLike<number>): Promise<Uint8Array>
}

/** The shape of a point in the plane. */
export type PointShape = readonly [coordinates: 2]

/** Points, all in memory. */
export interface PointSource extends Facts<'points', PointShape> {
  /** `count * 2` coordinates, one point after the other; of any size, as they are what players see. */
  readonly points: Float32Array
  /** The normal distributions that the points were drawn from, as many from each; null where there are none. */
  readonly modes: Modes | null
}

/** Equal, round normal distributions. */
export interface Modes {
  /** The mean of each. */
  readonly centers: readonly (readonly number[])[]
  /** The standard deviation of each coordinate. */
  readonly deviation: number
}

/** Real samples. */
export type Source = ImageSource | StoredSource | PointSource

/** The shape of one sample, whatever it is. */
export type SampleShape = Source['shape']

/** Told how many of all images are prepared, where that has to be done before they can be loaded. */
export type Preparing = (done: number, total: number) => void

/** Whether samples of this shape are images; else they are points. */
export const isImageShape = (shape: readonly number[]): shape is ImageShape => shape.length === 3

type Parts<S extends Source> = Omit<S, 'kind' | 'count' | 'fingerprint' | 'notes'> & { readonly notes?: S['notes'] }

/** A source of images from its parts. Throws a UserError that begins with `name` where the parts do not fit together. */
export function createSource({ notes = [], ...parts }: Parts<ImageSource>): ImageSource {
  const { name, shape, images } = parts
  const size = shape[0] * shape[1] * shape[2]
  const count = images.length / size
  if (!(count >= 1)) throw new UserError(`${name} holds no images; at least one is needed.`)
  if (!Number.isInteger(count)) {
    throw new UserError(
      `${name} has ${images.length} bytes, which is no multiple of one image of ${shape.join(' x ')}.`,
    )
  }
  checkLabels(parts, count)
  checkBeside(parts, count)
  const fingerprint = once(() => fingerprintOf(shape, murmur128(images), parts))
  return { ...parts, kind: 'images', count, notes, fingerprint }
}

/** A source of points from its parts. Throws a UserError that begins with `name` where the parts do not fit together. */
export function createPoints({ notes = [], ...parts }: Parts<PointSource>): PointSource {
  const { name, shape, points } = parts
  const count = points.length / shape[0]
  if (!(count >= 1)) throw new UserError(`${name} holds no points; at least one is needed.`)
  if (!Number.isInteger(count)) {
    throw new UserError(`${name} has ${points.length} numbers, which is no multiple of one point of ${shape[0]}.`)
  }
  checkLabels(parts, count)
  checkBeside(parts, count)
  const fingerprint = once(() => fingerprintOf(shape, murmur128(littleEndianBytes(points)), parts))
  return { ...parts, kind: 'points', count, notes, fingerprint }
}

/**
 * A source of stored images from its parts. `contents` is a hash of all of them. How many are held at a time counts as
 * part of what they are: it decides in which order they are learned from.
 */
export function createStored({
  notes = [],
  contents,
  ...parts
}: Parts<StoredSource> & { readonly count: number; readonly contents: string }): StoredSource {
  const { shape, store, count } = parts
  checkLabels(parts, count)
  checkBeside(parts, count)
  const fingerprint = once(() => fingerprintOf(shape, `${contents} by ${store.mostHeld}`, parts))
  return { ...parts, kind: 'stored', notes, fingerprint }
}

/**
 * The same samples with another name, other notes or other fields beside them. To change a source by hand, `{ ...source, beside }`, would keep
 * the fingerprint of what it was.
 */
export function changedSource(source: Source, changes: Partial<Pick<Source, 'name' | 'notes' | 'beside'>>): Source {
  switch (source.kind) {
    case 'images':
      return createSource({ ...source, ...changes })
    case 'points':
      return createPoints({ ...source, ...changes })
    case 'stored':
      return createStored({ ...source, ...changes, contents: source.fingerprint() })
  }
}

/** What the sample and the class of an example are called. */
const taken: readonly string[] = ['image', 'point', 'class']

function checkBeside({ name, beside = {} }: Pick<Source, 'name' | 'beside'>, count: number): void {
  for (const [field, { field: of, values }] of Object.entries(beside)) {
    if (taken.includes(field)) {
      throw new UserError(
        `${name} calls a field beside its samples ${field}, which is a name of its own; give another.`,
      )
    }
    const wanted = count * sizeOf(of.shape)
    if (typeof values !== 'function' && values.length !== wanted) {
      throw new UserError(
        `${name} has ${count} examples, for which the field ${field} needs ${wanted} numbers, not ${values.length}.`,
      )
    }
  }
}

function checkLabels(
  { name, shape, labels, classes }: Pick<Source, 'name' | 'shape' | 'labels' | 'classes'>,
  count: number,
): void {
  if (labels === null) return
  const samples = isImageShape(shape) ? 'images' : 'points'
  if (labels.length !== count) {
    throw new UserError(
      `${name} has ${count} ${samples} but ${labels.length} labels; give the labels that belong to these ${samples}.`,
    )
  }
  if (classes === null) return
  const stray = labels.findIndex((label) => label >= classes.length)
  if (stray >= 0) {
    throw new UserError(
      `${name} gives ${samples.slice(0, -1)} ${stray} the label ${labels[stray]}; its ${classes.length} classes begin at 0.`,
    )
  }
}

function once(compute: () => string): () => string {
  let known: string | undefined
  return () => (known ??= compute())
}

/** A hash of hashes, so that nothing has to be copied to hash it. */
function fingerprintOf(
  shape: readonly number[],
  samples: string,
  { labels, beside = {} }: Pick<Source, 'labels' | 'beside'>,
): string {
  const parts = [shape.join(','), samples, labels ? murmur128(littleEndianBytes(labels)) : 'no labels']
  // Nothing where there is nothing: fingerprints of samples alone stay what they were.
  if (Object.keys(beside).length > 0) parts.push(hashOfColumns(beside))
  return murmur128(new TextEncoder().encode(parts.join(';')))
}

/** What one example of a source consists of beside its sample and its class. */
export const fieldsBeside = ({ beside = {} }: Pick<Source, 'beside'>): Fields => fieldsOf(beside)
