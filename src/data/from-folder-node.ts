import { loadImages } from './images-node.ts'
import { requireSize, sizeOfSides } from './picture-size.ts'
import type { PictureSize } from './picture-size.ts'
import type { ImageSource, Preparing, StoredSource } from './source.ts'

/** How pictures become a data set. */
export interface FolderOptions {
  /** How large all images are made, in pixels; one number is the side of a square. Default: their own size where all have one, else 64. */
  readonly size?: number | PictureSize
  /** For messages and records; default the path. */
  readonly name?: string
  /** Called with how many pictures are prepared, and how many there are. */
  readonly progress?: Preparing
}

/**
 * A data set from a folder of pictures of any size and kind; sub-folders are classes. They are prepared once, and kept in the cache folder.
 * Throws a UserError where there are none, or where more than a tenth cannot be read.
 */
export async function fromFolder(
  path: string,
  { size, name = path, progress = () => {} }: FolderOptions = {},
): Promise<ImageSource | StoredSource> {
  const wanted = size === undefined ? null : sizeOfSides(size)
  if (wanted !== null) requireSize(name, wanted)
  return loadImages({ name, folder: path, size: wanted, progress })
}
