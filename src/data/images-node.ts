import { mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { UserError } from '../tensor/errors.ts'
import { cacheFolder } from './cache-folder-node.ts'
import { dataMemory } from './data-memory-node.ts'
import { inspectPicture, UnreadablePicture } from './decode-picture-node.ts'
import { openCache, storeOf } from './image-cache-node.ts'
import type { ImageCache } from './image-cache-node.ts'
import { listPictures } from './list-pictures-node.ts'
import type { PictureFile, PictureList } from './list-pictures-node.ts'
import { mapBounded } from './map-bounded.ts'
import { murmur128 } from './murmur.ts'
import { requireSize } from './picture-size.ts'
import type { PictureSize } from './picture-size.ts'
import { prepareImages } from './prepare-images-node.ts'
import { createSource, createStored } from './source.ts'
import type { ImageSource, Preparing, StoredSource } from './source.ts'
import type { OwnPlaces } from './source-kind.ts'
import { isAbandoned, takeWorkPlace } from './work-place-node.ts'

/** Where the pictures of one set lie, and what is to become of them. */
export interface ImagesPlace {
  readonly name: string
  readonly folder: string
  /** How large they are made; null leaves it to them. */
  readonly size: PictureSize | null
  readonly progress?: Preparing
}

/** Loads 'images:FOLDER[,SIZE]'. */
export function loadNamedImages({ name, places, progress }: OwnPlaces): Promise<ImageSource | StoredSource> {
  const { folder, size } = folderAndSize(name, places)
  return loadImages({ name, folder, size, progress })
}

/** A size is a number, or two with an x between: other commas belong to the folder. */
const sizeAtEnd = /^(.*),(\d+)(?:x(\d+))?$/s

function folderAndSize(name: string, places: string): Pick<ImagesPlace, 'folder' | 'size'> {
  const [, folder = places, width, height = width] = sizeAtEnd.exec(places) ?? []
  if (folder === '') throw new UserError(`"${name}" does not name its folder; write images:FOLDER or images:FOLDER,64.`)
  if (width === undefined) return { folder, size: null }
  const size = { width: Number(width), height: Number(height) }
  requireSize(`"${name}"`, size)
  return { folder, size }
}

/** Changes when other images come of the same pictures. */
const version = 1

/** Pictures of one size stay as they are up to this width and height; all others are made so large. */
const usual = { most: 128, side: 64 } as const
const madeUsual =
  `The pictures are not all of one size of at most ${usual.most} x ${usual.most}, so they were made ` +
  `${usual.side} x ${usual.side}; images:FOLDER,SIZE asks for another size.`

/**
 * Loads the pictures of a folder as images of one size, those of sub-folders as classes: see listPictures and decodePicture.
 * Where no pixel has a color all are grey. They are prepared once and kept in the cache folder; those that cannot be read
 * are left out, and told of in the source's notes. Images that are more than memory may hold stay in that file. Throws a
 * UserError where more than a tenth cannot be read.
 */
export async function loadImages({
  name,
  folder,
  size,
  progress = () => {},
}: ImagesPlace): Promise<ImageSource | StoredSource> {
  const pictures = await listPictures(folder)
  const key = keyOf(pictures)
  const place = join(cacheFolder(), 'images', await placeName(folder))
  const path = join(place, `${key}-${size === null ? 'own' : sizeText(size)}`)
  const cache = (await openCache(path, key)) ?? (await prepared())
  return sourceOf(name, cache)

  async function prepared(): Promise<ImageCache> {
    return keeping(place, async () => {
      await mkdir(place, { recursive: true })
      const work = await takeWorkPlace(path)
      try {
        const own = size ?? (await ownSize(pictures.files))
        const notes = own === null ? [madeUsual] : []
        await prepareImages({
          folder,
          pictures,
          size: own ?? { width: usual.side, height: usual.side },
          notes,
          key,
          path,
          workPath: work.path,
          progress,
        })
      } finally {
        await work.leave()
      }
      await removeOthers(place, key)
      const made = await openCache(path, key)
      if (made === null) throw new Error(`${path} is not what was written to it`)
      return made
    })
  }
}

const sizeText = ({ width, height }: PictureSize): string => `${width}x${height}`

/** Everything that prepared images depend on, but for their size. */
const keyOf = ({ files }: PictureList): string =>
  murmur128(
    new TextEncoder().encode(
      JSON.stringify([version, files.map(({ name, bytes, changed }) => [name, bytes, changed])]),
    ),
  )

/** For people its own name, for certainty a hash of its path. */
async function placeName(folder: string): Promise<string> {
  const path = await realpath(resolve(folder))
  const known = basename(path)
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 40)
  return `${known}-${murmur128(new TextEncoder().encode(path)).slice(0, 16)}`
}

/** What was made of the folder as it once was, and what nobody goes on with. */
async function removeOthers(place: string, key: string): Promise<void> {
  for (const name of await readdir(place)) {
    if (!name.startsWith(key) || isAbandoned(name)) await rm(join(place, name), { force: true })
  }
}

/** What the system refuses while the cache is written becomes a UserError. */
async function keeping<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error
    const reason = error.code === 'ENOSPC' ? 'the disk is full' : error.message
    throw new UserError(
      `Prepared images cannot be kept in ${place}: ${reason}; make room there, or name another folder by FORGER_CACHE.`,
      { cause: error },
    )
  }
}

/** The size of all pictures where they are of one, and small; else null. The first that differs ends the search. */
async function ownSize(files: readonly PictureFile[]): Promise<PictureSize | null> {
  let common: PictureSize | null = null
  for (let first = 0; first < files.length; first += 64) {
    const sizes = await mapBounded(files.slice(first, first + 64), 8, (file) =>
      inspectPicture(file).catch((error: unknown) => {
        if (error instanceof UnreadablePicture) return null
        throw error
      }),
    )
    for (const size of sizes) {
      if (size === null) continue
      common ??= size
      const isSmall = Math.max(size.width, size.height) <= usual.most
      if (!isSmall || size.width !== common.width || size.height !== common.height) return null
    }
  }
  return common
}

async function sourceOf(name: string, cache: ImageCache): Promise<ImageSource | StoredSource> {
  const { count, shape, classes, notes, contents } = cache.header
  const facts = { name, shape, labels: cache.labels, classes, notes }
  const imageBytes = shape[0] * shape[1] * shape[2]
  const memory = dataMemory()
  if (count * imageBytes <= memory) return createSource({ ...facts, images: await cache.readAll() })
  // One part is learned from while the next one is read.
  const mostHeld = Math.max(1, Math.floor(memory / 2 / imageBytes))
  return createStored({ ...facts, count, contents, store: storeOf(cache, mostHeld) })
}
