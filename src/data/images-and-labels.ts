import { UserError } from '../tensor/errors.ts'

/** The files of images and of their labels. */
export interface ImagesAndLabels {
  readonly images: string
  /** Null where there are none. */
  readonly labels: string | null
}

/**
 * The two files in 'IMAGES' or 'IMAGES,LABELS'. Both are often in one folder: where its name has commas too, the one in the middle divides
 * them. Throws a UserError where a file is not named.
 */
export function imagesAndLabels(kind: string, places: string): ImagesAndLabels {
  const parts = places.split(',')
  const half = Math.ceil(parts.length / 2)
  const images = parts.slice(0, half).join()
  const labels = parts.length === 1 ? null : parts.slice(half).join()
  if (images === '' || labels === '' || (labels !== null && parts.length % 2 === 1)) {
    throw new UserError(`"${kind}:${places}" does not name its files; write ${kind}:IMAGES or ${kind}:IMAGES,LABELS.`)
  }
  return { images, labels }
}
