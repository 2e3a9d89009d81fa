import { UserError } from '../tensor/errors.ts'
import { murmur128 } from './murmur.ts'

/** Which part of a data set: the one to learn from, or the one held back to judge by. */
export type Split = 'train' | 'test'

/** Real samples, all in memory. */
export interface Source {
  /** For messages and records: what it was asked for by, and which part of it this is. */
  readonly name: string
  /** How many images there are, at least 1. */
  readonly count: number
  /** The shape of one image. */
  readonly shape: readonly [height: number, width: number, channels: number]
  /** `count * height * width * channels` bytes, NHWC, 0 (dark) to 255 (light). */
  readonly images: Uint8Array
  /** One class number per image, or null where the set has no labels. */
  readonly labels: Uint8Array | null
  /** What each class number means, or null where nobody says. */
  readonly classes: readonly string[] | null
  /** 32 hexadecimal digits that depend on shape, images and labels alone; computed at the first call. */
  fingerprint(): string
}

/** A source from its parts. Throws a UserError that begins with `name` where the parts do not fit together. */
export function createSource(parts: Omit<Source, 'count' | 'fingerprint'>): Source {
  const { name, shape, images, labels, classes } = parts
  const size = shape[0] * shape[1] * shape[2]
  const count = images.length / size
  if (!(count >= 1)) throw new UserError(`${name} holds no images; at least one is needed.`)
  if (!Number.isInteger(count)) {
    throw new UserError(
      `${name} has ${images.length} bytes, which is no multiple of one image of ${shape.join(' x ')}.`,
    )
  }
  if (labels && labels.length !== count) {
    throw new UserError(
      `${name} has ${count} images but ${labels.length} labels; give the labels that belong to these images.`,
    )
  }
  if (labels && classes) checkLabels(name, labels, classes.length)
  let known: string | undefined
  return { name, count, shape, images, labels, classes, fingerprint: () => (known ??= fingerprintOf(parts)) }
}

function checkLabels(name: string, labels: Uint8Array, classes: number): void {
  const stray = labels.findIndex((label) => label >= classes)
  if (stray >= 0) {
    throw new UserError(`${name} gives image ${stray} the label ${labels[stray]}; its ${classes} classes begin at 0.`)
  }
}

/** A hash of hashes, so that nothing has to be copied to hash it. */
function fingerprintOf({ shape, images, labels }: Pick<Source, 'shape' | 'images' | 'labels'>): string {
  const parts = [shape.join(','), murmur128(images), labels ? murmur128(labels) : 'no labels']
  return murmur128(new TextEncoder().encode(parts.join(';')))
}
