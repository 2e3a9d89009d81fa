import type { Picture } from '../../files/picture.ts'
import { encodePng } from '../../files/write-picture-node.ts'
import type { Cells, Overlay } from './live-area.ts'

/**
 * A picture in iTerm2's protocol for inline images, stretched over these cells: with its own proportions, some terminals
 * would give it another number of rows. It lives in the cells, so whatever is written over them removes it.
 * https://iterm2.com/documentation-images.html
 */
export async function itermPicture(picture: Picture, { columns, rows }: Cells): Promise<Overlay> {
  const png = Buffer.from(await encodePng(picture))
  const keys = `inline=1;size=${png.length};width=${columns};height=${rows};preserveAspectRatio=0`
  return { columns, rows, paint: `\x1b]1337;File=${keys}:${png.toString('base64')}\x07`, remove: '' }
}
