import type { ImageSet } from '../statistics/image-set.ts'
import type { Rows } from '../statistics/rows.ts'

/**
 * Where images are compared: what a network that was trained to see makes of each. Distances between rows of features say more than
 * those between pixels.
 */
export interface FeatureSpace {
  /** What numbers measured in it are named after, as in `FID (forger-lenet)`. */
  readonly name: string
  /** How many features an image has. */
  readonly size: number
  /** The features of each image, [count, size]. Throws a UserError where images of that shape cannot be seen. */
  features(images: ImageSet): Promise<Rows>
}

/** A feature space that also says what an image is of. */
export interface Classifier extends FeatureSpace {
  /** How many classes it knows. */
  readonly classes: number
  /** How likely each class is, [count, classes]; every row sums to 1. */
  probabilities(images: ImageSet): Promise<Rows>
}
