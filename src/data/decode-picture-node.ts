import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { Metadata, SharpOptions } from 'sharp'
import { budget } from './budget.ts'
import type { PictureFile } from './list-pictures-node.ts'
import type { PictureSize } from './picture-size.ts'

/** Why a picture cannot be read; the message is a reason, to stand in brackets. */
export class UnreadablePicture extends Error {}

/** The most pixels that one picture may have, 8192 x 8192: more is a mistake, or meant to fill the memory. */
const mostPixels = 2 ** 26

/** The most bytes that its file may have: as many pixels as plain numbers of 16 bits. */
const mostBytes = 6 * mostPixels

/** Nobody's photograph takes so long to decode. */
const mostSeconds = 60

const holdBytes = budget(mostBytes)
const holdPixels = budget(mostPixels)

/** Warnings are let pass, as of odd notes beside the pixels; a picture that is cut short or damaged is refused. */
const strictness: SharpOptions = { failOn: 'error', limitInputPixels: mostPixels, sequentialRead: true }

/** Kinds of pixels. SVG is none: how large it is drawn is for others to say. */
const formats: readonly string[] = ['png', 'jpeg', 'webp', 'heif', 'gif', 'tiff']

/**
 * The pixels of a picture as they are seen, RGB: upright where it says how it was held (EXIF), of a moving one the first
 * frame, what is transparent on white; as small or as large as it has to be to cover `size`, and cut to it about the
 * center. Throws an UnreadablePicture. However many are asked for at once, few are decoded at a time.
 */
export const decodePicture = (file: PictureFile, { width, height }: PictureSize): Promise<Uint8Array> =>
  withFacts(file, (bytes, seen) => {
    const { autoOrient, hasAlpha } = seen
    return holdPixels(autoOrient.width * autoOrient.height, async () => {
      const upright = sharp(bytes, strictness).timeout({ seconds: mostSeconds }).autoOrient()
      const opaque = hasAlpha ? upright.flatten({ background: 'white' }) : upright
      const fits = autoOrient.width === width && autoOrient.height === height
      const cut = fits ? opaque : opaque.resize({ width, height, fit: 'cover', position: 'centre' })
      const { data, info } = await told(() => cut.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }))
      if (info.width !== width || info.height !== height || info.channels !== 3) {
        throw new UnreadablePicture('its header is not true')
      }
      return data
    })
  })

/** How large a picture is seen, from its header. Throws an UnreadablePicture. */
export const inspectPicture = (file: PictureFile): Promise<PictureSize> =>
  withFacts(file, async (_, { autoOrient: { width, height } }) => ({ width, height }))

/** The bytes of a file and what its header says, where it can be decoded. */
async function withFacts<T>(
  { path, bytes: length }: PictureFile,
  work: (bytes: Uint8Array, facts: Metadata) => Promise<T>,
): Promise<T> {
  if (length > mostBytes) throw new UnreadablePicture(`it has ${length} bytes; at most ${mostBytes} are read`)
  return holdBytes(length, async () => {
    // By its bytes and not by its path, as libvips keeps what it has read of a path.
    const bytes = await told(() => readFile(path))
    if (bytes.length === 0) throw new UnreadablePicture('it is empty')
    const facts = await told(() => sharp(bytes, { ...strictness, limitInputPixels: false }).metadata())
    if (!formats.includes(facts.format)) throw new UnreadablePicture(`it is ${facts.format}`)
    const { width, height } = facts.autoOrient
    if (width * height > mostPixels) {
      throw new UnreadablePicture(`it is ${width} pixels wide and ${height} high; at most ${mostPixels} are read`)
    }
    return work(bytes, facts)
  })
}

async function told<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if ('code' in error && error.code === 'ENOENT')
      throw new UnreadablePicture('there is no such file', { cause: error })
    throw new UnreadablePicture(shortened(error.message), { cause: error })
  }
}

/** On one line, and no more of it than helps: libvips tells all that went wrong, one thing after the other. */
const shortened = (message: string): string =>
  message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 2)
    .join(' ')
    .slice(0, 120)
    .replace(/[:.]+$/, '')
