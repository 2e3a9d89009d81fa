import type { Picture } from './picture.ts'
import { writeWholeFile } from './whole-file-node.ts'

/** Writes a picture as PNG, grey or RGB as it is. Throws a UserError where the place cannot be written to. */
export async function writePicture(path: string, picture: Picture): Promise<void> {
  await writeWholeFile(path, await encodePng(picture))
}

/** The bytes of a PNG file. sharp is loaded here and not before: it takes longer to load than many a command to run. */
export async function encodePng({ width, height, channels, pixels }: Picture): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  return sharp(pixels, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer()
}
