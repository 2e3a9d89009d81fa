import { embedPicture } from '../../files/embed-picture-node.ts'
import type { EmbeddedPicture } from '../../files/picture.ts'
import type { ComparedModel } from '../results/comparison.ts'
import type { ComparisonFolder } from '../results/comparison-folder-node.ts'

const limits = { side: 1200, bytes: 300e3 } as const

/** The pictures of those models that draw. */
export async function modelPictures(
  folder: ComparisonFolder,
  models: readonly ComparedModel[],
): Promise<ReadonlyMap<string, EmbeddedPicture>> {
  const pictures = new Map<string, EmbeddedPicture>()
  for (const { id, drawing } of models) {
    const picture = drawing && (await embedPicture(folder.pictureOf(id), limits))
    if (picture !== null) pictures.set(id, picture)
  }
  return pictures
}
