import { UserError } from '../tensor/errors.ts'
import type { DataRange } from '../tensor/fields.ts'
import type { FieldColumns } from './field-columns.ts'
import { pixelBytes } from './pixel-bytes.ts'
import type { PixelBytes, PixelFloats } from './pixel-bytes.ts'
import { createPoints, createSource } from './source.ts'
import type { ImageShape, ImageSource, Labels, Modes, PointShape, PointSource } from './source.ts'

/** A data set as arrays: images or points, and what belongs to them. */
export type SourceArrays = ImageArrays | PointArrays

/** Images, as bytes or as floats of a stated range, one after the other. */
export type ImageArrays = (ByteImages | FloatImages) & LabelArrays & SharedFacts

/** Images as bytes. */
export interface ByteImages {
  /** `count * height * width * channels` bytes, NHWC, 0 (dark) to 255 (light). */
  readonly images: PixelBytes
  /** The shape of one image; 1 channel is gray, 3 are red, green and blue. */
  readonly shape: ImageShape
  /** Bytes need none. */
  readonly range?: undefined
  /** A data set has images or points. */
  readonly points?: undefined
}

/** Images as floats, which become bytes. */
export interface FloatImages {
  /** `count * height * width * channels` numbers, NHWC. */
  readonly images: PixelFloats
  /** The shape of one image; 1 channel is gray, 3 are red, green and blue. */
  readonly shape: ImageShape
  /** 'unit' is from 0 (dark) to 1 (light), 'signed' from -1 to 1. */
  readonly range: DataRange
  /** A data set has images or points. */
  readonly points?: undefined
}

/** Points in the plane. */
export type PointArrays = PlanePoints & LabelArrays & SharedFacts

/** Points, of any size. */
export interface PlanePoints {
  /** `count * 2` coordinates, one point after the other. */
  readonly points: Float32Array | Float64Array | readonly number[]
  /** The shape of one point. */
  readonly shape?: PointShape
  /** The normal distributions that the points were drawn from, as many from each; they are what samples are judged by. */
  readonly modes?: Modes | null
  /** A data set has images or points. */
  readonly images?: undefined
  /** Points may be of any size. */
  readonly range?: undefined
}

/** Labels, with names or without; or neither. */
export type LabelArrays =
  | {
      /** One class number per sample, 0 to 65535. */
      readonly labels: ArrayLike<number>
      /** What each class number means. */
      readonly classes?: readonly string[] | null
    }
  | {
      /** None. */
      readonly labels?: null
      /** Names are of labels. */
      readonly classes?: null
    }

/** What any data set may say. */
export interface SharedFacts {
  /** For messages and records. */
  readonly name?: string
  /** Further fields of each example, by name. */
  readonly beside?: FieldColumns
  /** What users should know, as whole sentences. */
  readonly notes?: readonly string[]
}

/** A data set from arrays. Throws a UserError of one sentence where they do not fit together. */
export function fromArrays(arrays: ImageArrays): ImageSource
export function fromArrays(arrays: PointArrays): PointSource
export function fromArrays(arrays: SourceArrays): ImageSource | PointSource
export function fromArrays(arrays: SourceArrays): ImageSource | PointSource {
  const { name = 'data', labels = null, classes = null, beside, notes = [] } = arrays
  const facts = { name, classes, notes, labels: labels && labelsOf(name, labels), ...(beside && { beside }) }
  if (facts.labels === null && classes !== null) {
    throw new UserError(`${name} has names of classes but no labels; give both or neither.`)
  }
  if (isPoints(arrays)) {
    const { points, images, shape = [2], modes = null } = arrays
    if (images !== undefined) throw new UserError(`${name} has both images and points; give one of them.`)
    requirePlane(name, shape)
    return createPoints({ ...facts, shape, points: Float32Array.from(points), modes })
  }
  const { images, shape, range } = arrays
  if ('modes' in arrays) throw new UserError(`${name} has modes, which only points have; leave them out.`)
  if (images === undefined) throw new UserError(`${name} has neither images nor points; give one of them.`)
  requireImages(name, shape)
  return createSource({ ...facts, shape, images: pixelBytes(name, images, range) })
}

const isPoints = (arrays: SourceArrays): arrays is PointArrays => arrays.points !== undefined

/** Class numbers as bytes where they suffice. */
export function labelsOf(name: string, labels: ArrayLike<number>): Labels {
  if (labels instanceof Uint8Array || labels instanceof Uint16Array) return labels
  let largest = 0
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at]
    if (!(Number.isInteger(label) && label >= 0 && label < 2 ** 16)) {
      throw new UserError(`${name} has the label ${label} at place ${at}; labels are whole numbers from 0 to 65535.`)
    }
    largest = Math.max(largest, label)
  }
  return largest < 256 ? Uint8Array.from(labels) : Uint16Array.from(labels)
}

/** Throws a UserError unless images can have that shape. What JavaScript gives may be anything. */
export function requireImages(name: string, shape: readonly number[] | undefined): void {
  const isShape =
    Array.isArray(shape) &&
    shape.length === 3 &&
    shape.every((size: unknown) => Number.isInteger(size) && Number(size) >= 1) &&
    (shape[2] === 1 || shape[2] === 3)
  if (isShape) return
  throw new UserError(
    `${name} has images of the shape ${JSON.stringify(shape)}; give [height, width, channels], with 1 or 3 channels.`,
  )
}

function requirePlane(name: string, shape: readonly number[]): void {
  if (shape.length === 1 && shape[0] === 2) return
  throw new UserError(`${name} has points of the shape ${JSON.stringify(shape)}; points are in the plane, [2].`)
}
