import type { Picture } from '../../files/picture.ts'
import { encodePng } from '../../files/write-picture-node.ts'
import type { Cells, Overlay } from './live-area.ts'

/** As many characters of base64 as one command may carry; all but the last carry a multiple of four. */
const mostCharacters = 4096

/**
 * A picture in Kitty's graphics protocol, stretched over these cells. The terminal keeps it under `id`, 1 to 2^31 - 1; what
 * it kept there before goes. Every command asks for no answer (q=2): it would come as if somebody had typed it.
 * https://sw.kovidgoyal.net/kitty/graphics-protocol
 */
export async function kittyPicture(picture: Picture, { columns, rows }: Cells, id: number): Promise<Overlay> {
  const data = Buffer.from(await encodePng(picture)).toString('base64')
  let keys = `a=T,f=100,i=${id},c=${columns},r=${rows},C=1,`
  let paint = ''
  for (let start = 0; start < data.length; start += mostCharacters) {
    const end = start + mostCharacters
    paint += command(`${keys}q=2,m=${end < data.length ? 1 : 0}`, data.slice(start, end))
    keys = ''
  }
  return { columns, rows, paint, remove: command(`a=d,d=I,i=${id},q=2`) }
}

const command = (keys: string, data = ''): string => `\x1b_G${keys}${data === '' ? '' : ';'}${data}\x1b\\`
