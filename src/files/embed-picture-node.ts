import { readFile } from 'node:fs/promises'
import type { EmbeddedPicture } from './picture.ts'

/** How large a picture in a page may be. */
export interface EmbedLimits {
  /** In pixels, of the longer side. */
  readonly side: number
  /** A PNG of more bytes is turned into WebP with a little loss, which is many times smaller for photographs. */
  readonly bytes: number
}

/** A picture from a file, made smaller where it is too large for a page; null where the file is none that can be read. */
export async function embedPicture(
  path: string,
  { side, bytes: mostBytes }: EmbedLimits,
): Promise<EmbeddedPicture | null> {
  const { default: sharp } = await import('sharp')
  try {
    const bytes = await readFile(path)
    const { width, height } = await sharp(bytes).metadata()
    // Decoded in any case: a picture that was cut off is known by nothing else.
    const { data, info } = await sharp(bytes)
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 88, smartSubsample: true, effort: 2 })
      .toBuffer({ resolveWithObject: true })
    const isSmall = bytes.length <= mostBytes && info.width === width && info.height === height
    return isSmall
      ? { type: 'image/png', bytes, width, height }
      : { type: 'image/webp', bytes: data, width: info.width, height: info.height }
  } catch {
    return null
  }
}
