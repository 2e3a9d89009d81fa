import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { afterAll, beforeAll, vi } from 'vitest'
import type { PictureSize } from '../../src/data/picture-size.ts'
import { loadImages } from '../../src/data/images-node.ts'
import type { ImageSource, Preparing, StoredSource } from '../../src/data/source.ts'

/** Folders of a test file's own, and a cache that nobody else has. */
export function pictureFolders() {
  let root = ''
  let folders = 0
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'forger-images-'))
    vi.stubEnv('FORGER_CACHE', join(root, 'cache'))
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await rm(root, { recursive: true })
  })
  const loadAny = (folder: string, size: PictureSize | null = null, progress?: Preparing) =>
    loadImages({ name: 'images', folder, size, ...(progress && { progress }) })
  return {
    root: () => root,
    cache: () => join(root, 'cache'),
    /** A new folder with these files. */
    async folderWith(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
      const folder = join(root, String(++folders))
      await mkdir(folder)
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true })
        await writeFile(join(folder, name), content)
      }
      return folder
    },
    loadAny,
    load: async (...args: Parameters<typeof loadAny>) => held(await loadAny(...args)),
  }
}

export function held(source: ImageSource | StoredSource): ImageSource {
  if (source.kind !== 'images') throw new Error('the images are not in memory')
  return source
}

type Channels = 1 | 2 | 3 | 4

/** Pixels as sharp takes them; two and four channels are grey and colour with alpha. */
export function pixels(width: number, height: number, channels: Channels, values: ArrayLike<number>): Sharp {
  const picture = sharp(Uint8Array.from(values), { raw: { width, height, channels } })
  return channels <= 2 ? picture.toColourspace('b-w') : picture
}

export const encoded = (picture: Sharp): Promise<Uint8Array> => picture.toBuffer()
export const greyPng = (width: number, height: number, values: ArrayLike<number>) =>
  encoded(pixels(width, height, 1, values).png())
export const colorPng = (width: number, height: number, values: ArrayLike<number>) =>
  encoded(pixels(width, height, 3, values).png())

export const ramp = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 37) % 256)
