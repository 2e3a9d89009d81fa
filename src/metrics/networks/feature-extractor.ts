import type { ImageSet } from '../statistics/image-set.ts'
import type { Rows } from '../statistics/rows.ts'

/**
 * A network that turns images into rows of features. Distances between rows of features say more about images than distances
 * between pixels.
 */
export interface FeatureExtractor {
  /** Its name, which metrics carry: `FID (forger-lenet)`. */
  readonly name: string
  /** How many features an image has. */
  readonly size: number
  /** The features of each image, [count, size]. Throws a UserError where it cannot take images of that shape. */
  features(images: ImageSet): Promise<Rows>
}

/** A feature extractor that also classifies. */
export interface Classifier extends FeatureExtractor {
  /** How many classes it knows. */
  readonly classes: number
  /** How likely each class is, [count, classes]; every row sums to 1. */
  probabilities(images: ImageSet): Promise<Rows>
}
