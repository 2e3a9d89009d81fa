import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { SharpOptions } from 'sharp'
import { UserError } from '../tensor/errors.ts'
import { mapBounded } from './map-bounded.ts'
import { mostBytes, readWholeFile, reading } from './read-file-node.ts'
import { createSource } from './source.ts'
import type { Source } from './source.ts'

/** Where the pictures of one set lie. */
export interface ImagesPlace {
  readonly name: string
  readonly folder: string
}

/** How many files are read and decoded at a time: enough for all threads of Node's pool, few enough for memory. */
const atOnce = 8

/** The most pixels that one picture may have, 8192 x 8192: more is a mistake, or meant to fill the memory. */
const mostPixels = 2 ** 26

/**
 * Loads all pictures directly in a folder, in the order of their names, as they are seen: upright where they say how they
 * were held (EXIF), of moving ones the first frame, what is transparent on white. They are of one size. Where any pixel has
 * a colour all are colour, else grey. Throws a UserError that names the file at fault.
 */
export async function loadImages({ name, folder }: ImagesPlace): Promise<Source> {
  const paths = await picturesIn(folder)
  const pictures = await mapBounded(paths, atOnce, inspect)
  const { width, height } = commonSize(pictures)
  const channels = pictures.every(({ isGrey }) => isGrey) ? 1 : 3
  const size = height * width * channels
  requireRoom(folder, pictures.length, { width, height, size })
  const images = new Uint8Array(pictures.length * size)
  await mapBounded(pictures, atOnce, async (picture, index) => {
    images.set(await decode(picture, channels), index * size)
  })
  const alike = channels === 1 ? images : greyOf(images)
  return createSource({
    name,
    shape: [height, width, alike === null ? 3 : 1],
    images: alike ?? images,
    labels: null,
    classes: null,
  })
}

/** The paths of a folder's pictures, sorted by code units: the same everywhere, whatever the language. */
async function picturesIn(folder: string): Promise<string[]> {
  const names = await reading('folder', folder, () => readdir(folder))
  const paths = names
    .filter((name) => !name.startsWith('.'))
    .toSorted()
    .map((name) => join(folder, name))
  const found = await mapBounded(paths, atOnce, isPicture)
  const pictures = paths.filter((_, index) => found[index])
  if (pictures.length === 0) {
    throw new UserError(`${folder} holds no pictures (${readable}); those in folders inside of it are not read.`)
  }
  return pictures
}

const readable = 'png, jpg, webp, avif, gif or tif'

/** Names of pictures, of kinds that cannot be read too: none of them is passed over in silence. */
const pictureName = /\.(png|jpe?g|jfif|webp|avif|hei[cf]|gif|tiff?|bmp|jxl|jp2|psd|svg)$/i

/** How files of the kinds that are read begin, as Latin-1. */
const pictureStart = /^(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|II[*+]\0|MM\0[*+]|....ftyp(?:avi|hei|mif|msf))/s

/** Whether a file is meant to be a picture: its name or its first bytes say so. */
async function isPicture(path: string): Promise<boolean> {
  return reading('file', path, async () => {
    if (!(await stat(path)).isFile()) return false
    if (pictureName.test(path)) return true
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(12), 0, 12, 0)
      return pictureStart.test(Buffer.from(buffer).toString('latin1', 0, bytesRead))
    } finally {
      await file.close()
    }
  })
}

interface PictureFacts {
  readonly path: string
  /** As it is seen, after turning. */
  readonly width: number
  readonly height: number
  /** Whether the file says so; a file of a kind that only knows colour may still hold a grey picture. */
  readonly isGrey: boolean
  readonly hasAlpha: boolean
}

/** Kinds of pixels. SVG is none: how large it is drawn is for others to say. */
const formats: readonly string[] = ['png', 'jpeg', 'webp', 'heif', 'gif', 'tiff']

/** Reads no more of a picture than what its header says. */
async function inspect(path: string): Promise<PictureFacts> {
  const bytes = await readWholeFile(path)
  const facts = await seen(path, () => sharp(bytes, { ...strictness, limitInputPixels: false }).metadata())
  if (!formats.includes(facts.format)) throw unreadable(path, `it is ${facts.format}`)
  const { width, height } = facts.autoOrient
  if (width * height > mostPixels) {
    throw new UserError(
      `${path} is ${width} pixels wide and ${height} high; at most ${mostPixels} pixels are read, so make it smaller.`,
    )
  }
  return { path, width, height, isGrey: facts.channels <= 2, hasAlpha: facts.hasAlpha }
}

/** Warnings are let pass, as of odd notes beside the pixels; a picture that is cut short or damaged is refused. */
const strictness: SharpOptions = { failOn: 'error', limitInputPixels: mostPixels }

async function decode({ path, width, height, hasAlpha }: PictureFacts, channels: 1 | 3): Promise<Uint8Array> {
  const bytes = await readWholeFile(path)
  const { data, info } = await seen(path, () => {
    const upright = sharp(bytes, strictness).autoOrient()
    const opaque = hasAlpha ? upright.flatten({ background: 'white' }) : upright
    return opaque
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
  })
  if (info.width !== width || info.height !== height || info.channels !== channels) {
    const { width: wide, height: high, channels: deep } = info
    throw unreadable(path, `its header does not say that it is ${wide} x ${high} in ${deep} channels`)
  }
  return data
}

async function seen<T>(path: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw unreadable(path, error.message.split('\n')[0], error)
  }
}

const unreadable = (path: string, reason: string, cause?: Error): UserError =>
  new UserError(
    `${path} cannot be read as a picture (${reason}); convert it to ${readable}, or take it out of the folder.`,
    { cause },
  )

/** The size of all pictures. Throws a UserError that names the first that is not of the most frequent one. */
function commonSize(pictures: readonly PictureFacts[]): { width: number; height: number } {
  const counts = new Map<string, number>()
  for (const picture of pictures) counts.set(sizeText(picture), (counts.get(sizeText(picture)) ?? 0) + 1)
  const [[common, count]] = [...counts].toSorted((a, b) => b[1] - a[1])
  const odd = pictures.find((picture) => sizeText(picture) !== common)
  if (odd !== undefined) {
    throw new UserError(
      `${odd.path} is ${sizeText(odd)}, but ${count} of the ${pictures.length} pictures there ` +
        `${count === 1 ? 'is' : 'are'} ${common}; they all have to be of one size.`,
    )
  }
  return pictures[0]
}

const sizeText = ({ width, height }: PictureFacts): string => `${width} pixels wide and ${height} high`

function requireRoom(folder: string, count: number, one: { width: number; height: number; size: number }): void {
  if (count * one.size <= mostBytes) return
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1)
  throw new UserError(
    `${folder} holds ${count} pictures of ${one.width} x ${one.height}, which take ${gigabytes(count * one.size)} GB; ` +
      `at most ${gigabytes(mostBytes)} GB are held, so take fewer or make them smaller.`,
  )
}

/** Pixels in colour as pixels in grey where all of them are grey, else null. */
function greyOf(images: Uint8Array): Uint8Array | null {
  for (let at = 0; at < images.length; at += 3) {
    if (images[at] !== images[at + 1] || images[at] !== images[at + 2]) return null
  }
  const grey = new Uint8Array(images.length / 3)
  for (let at = 0; at < grey.length; at++) grey[at] = images[3 * at]
  return grey
}
