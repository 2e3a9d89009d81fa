import { imageShapeOf, requireLabelShape } from './array-shapes.ts'
import { imagesAndLabels } from './images-and-labels.ts'
import { labelsOf, pixelsOf } from './npy-images.ts'
import { readNpy } from './npy.ts'
import { readWholeFile } from '../files/read-file-node.ts'
import { createSource } from './source.ts'
import type { ImageSource } from './source.ts'
import type { OwnPlaces } from './source-kind.ts'

/** Where the images and labels of one set lie. `labels` null: there are none. */
export interface NpyPlaces {
  readonly name: string
  readonly images: string
  readonly labels: string | null
}

/** Loads 'npy:IMAGES[,LABELS]'. */
export const loadNamedNpy = async ({ name, places }: OwnPlaces): Promise<ImageSource> =>
  loadNpy({ name, ...imagesAndLabels('npy', places) })

/**
 * Loads a source from .npy files: images [n, height, width] or [n, height, width, 1 or 3], bytes or floats (see
 * pixelsOf), and labels [n]. Throws a UserError that names the file at fault.
 */
export async function loadNpy({ name, images, labels }: NpyPlaces): Promise<ImageSource> {
  const [imagePart, labelPart] = await Promise.all([readImages(images), labels === null ? null : readLabels(labels)])
  return createSource({ name, ...imagePart, labels: labelPart, classes: null })
}

async function readImages(path: string): Promise<Pick<ImageSource, 'shape' | 'images'>> {
  const array = readNpy(await readWholeFile(path), path)
  return { shape: imageShapeOf(array.shape, path), images: pixelsOf(array, path) }
}

async function readLabels(path: string): Promise<Uint8Array> {
  const array = readNpy(await readWholeFile(path), path)
  requireLabelShape(array.shape, path)
  return labelsOf(array, path)
}
