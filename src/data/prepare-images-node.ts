/**
 * Makes the file of prepared images of a folder. On the way lies a file of records, one for each picture: a byte that says
 * what became of it, and its pixels in color. It grows in the order of the pictures and is gone on with after an end of
 * any kind, as far as it is whole.
 */
import { appendFile, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { UserError } from '../tensor/errors.ts'
import { isGray } from './gray.ts'
import { cacheStart, fill } from './image-cache-node.ts'
import type { CacheHeader } from './image-cache-node.ts'
import { decodePicture, UnreadablePicture } from './decode-picture-node.ts'
import { readableKinds } from './list-pictures-node.ts'
import type { PictureFile, PictureList } from './list-pictures-node.ts'
import { mapBounded } from './map-bounded.ts'
import { murmur128 } from './murmur.ts'
import type { PictureSize } from './picture-size.ts'
import type { Preparing } from './source.ts'

interface Preparation {
  readonly folder: string
  readonly pictures: PictureList
  readonly size: PictureSize
  /** What is to be said of the images already. */
  readonly notes: readonly string[]
  readonly key: string
  /** Where the finished file is to lie; those on the way stand beside it. */
  readonly path: string
  /** Where those on the way lie: another place where someone else is at this work. */
  readonly workPath: string
  readonly progress: Preparing
}

const fates = { colored: 1, grey: 2, unreadable: 3 } as const

/** How many pictures are decoded at a time: enough for all threads of Node's pool. */
const atOnce = 8

/** So many pictures are decoded between writings; no more are lost at an end of any kind. */
const chunkPictures = 128

/** About so many bytes are copied at a time. */
const chunkBytes = 2 ** 24

const recordBytesOf = ({ width, height }: PictureSize): number => 1 + 3 * width * height

/** Throws a UserError where more than a tenth of the pictures cannot be read. */
export async function prepareImages(preparation: Preparation): Promise<void> {
  const { pictures, workPath, size, progress } = preparation
  const { files } = pictures
  const recordBytes = recordBytesOf(size)
  const records = await open(`${workPath}.records`, 'a+')
  try {
    let done = await wholeRecords(records, recordBytes, files.length)
    await records.truncate(done * recordBytes)
    while (done < files.length) {
      const some = files.slice(done, done + chunkPictures)
      let sofar = done
      const results = await mapBounded(some, atOnce, async (file) => {
        const result = await resultOf(file, size)
        progress(sofar++, files.length)
        return result
      })
      const reasons = results.flatMap(({ reason }, index) => (reason === null ? [] : [lineOf(some[index], reason)]))
      // First: whoever finds the record finds the reason too.
      if (reasons.length > 0) await appendFile(`${workPath}.reasons`, reasons.join(''))
      await records.appendFile(Buffer.concat(results.map(({ record }) => record)))
      done += some.length
    }
    await finish(preparation, records)
  } finally {
    await records.close()
    progress(files.length, files.length)
  }
}

/** As many records from the start on as were written; what the last moment of a machine left half-written is zeros. */
async function wholeRecords(records: FileHandle, recordBytes: number, most: number): Promise<number> {
  const { size } = await records.stat()
  const count = Math.min(Math.floor(size / recordBytes), most)
  const fate = new Uint8Array(1)
  for (let index = 0; index < count; index++) {
    await fill(records, fate, index * recordBytes)
    if (fate[0] < fates.colored || fate[0] > fates.unreadable) return index
  }
  return count
}

interface Result {
  readonly record: Uint8Array
  /** Why there is no picture in it. */
  readonly reason: string | null
}

async function resultOf(file: PictureFile, size: PictureSize): Promise<Result> {
  const record = new Uint8Array(recordBytesOf(size))
  try {
    const pixels = await decodePicture(file, size)
    record.set(pixels, 1)
    record[0] = isGray(pixels) ? fates.grey : fates.colored
    return { record, reason: null }
  } catch (error) {
    if (!(error instanceof UnreadablePicture)) throw error
    record[0] = fates.unreadable
    return { record, reason: error.message }
  }
}

const quoted = (text: string): string => JSON.stringify(text).slice(1, -1)
const lineOf = ({ name }: PictureFile, reason: string): string => `${quoted(name)}\t${quoted(reason)}\n`

/** Throws out what is unreadable, and the colors where there are none. */
async function finish(preparation: Preparation, records: FileHandle): Promise<void> {
  const { pictures, size, key, path, workPath } = preparation
  const { files, classes } = pictures
  const recordBytes = recordBytesOf(size)
  const fateOf = new Uint8Array(files.length)
  for (let index = 0; index < files.length; index++) {
    await fill(records, fateOf.subarray(index, index + 1), index * recordBytes)
  }
  const unreadable = files.filter((_, index) => fateOf[index] === fates.unreadable)
  const notes = [...preparation.notes, ...(await tellUnreadable(preparation, unreadable))]

  const kept = files.filter((_, index) => fateOf[index] !== fates.unreadable)
  const channels = fateOf.includes(fates.colored) ? 3 : 1
  const labels = classes === null ? null : Uint16Array.from(kept, ({ label }) => label)
  const shape: CacheHeader['shape'] = [size.height, size.width, channels]
  const headerOf = (contents: string): CacheHeader => ({
    key,
    count: kept.length,
    shape,
    classes: classes === null ? null : [...classes],
    notes,
    contents,
  })
  const draft = `${workPath}.draft`
  const file = await open(draft, 'w')
  try {
    // The hash is known at the end, and as long as this one.
    await file.write(cacheStart(headerOf('0'.repeat(32)), labels))
    const hashes: string[] = []
    const images = Math.max(1, Math.floor(chunkBytes / recordBytes))
    for (let first = 0; first < files.length; first += images) {
      const count = Math.min(images, files.length - first)
      const chunk = await fill(records, new Uint8Array(count * recordBytes), first * recordBytes)
      const pixels = pixelsOf(chunk, recordBytes, channels)
      hashes.push(murmur128(pixels))
      await file.appendFile(pixels)
    }
    const start = cacheStart(headerOf(murmur128(new TextEncoder().encode(hashes.join()))), labels)
    await file.write(start, 0, start.length, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  await rm(`${workPath}.records`)
}

/** The pixels of all records that have some. */
function pixelsOf(chunk: Uint8Array, recordBytes: number, channels: 1 | 3): Uint8Array {
  const parts: Uint8Array[] = []
  for (let at = 0; at < chunk.length; at += recordBytes) {
    if (chunk[at] === fates.unreadable) continue
    const pixels = chunk.subarray(at + 1, at + recordBytes)
    parts.push(channels === 3 ? pixels : pixels.filter((_, place) => place % 3 === 0))
  }
  return Buffer.concat(parts)
}

/** Writes the list of what cannot be read, and gives what is to be said of it. */
async function tellUnreadable(
  { folder, path, workPath, pictures }: Preparation,
  unreadable: readonly PictureFile[],
): Promise<string[]> {
  const list = `${path}.unreadable.txt`
  if (unreadable.length === 0) return []
  const lines = (await readFile(`${workPath}.reasons`, 'utf8').catch(() => '')).split('\n')
  const reasons = new Map(lines.map((line) => [line.split('\t')[0], line.split('\t')[1]] as const))
  const reasonOf = ({ name }: PictureFile): string => reasons.get(quoted(name)) ?? 'unknown'
  await writeFile(list, unreadable.map((file) => lineOf(file, reasonOf(file))).join(''))
  await rm(`${workPath}.reasons`, { force: true })
  const total = pictures.files.length
  const many = (count: number): string => count.toLocaleString('en')
  const first = unreadable.slice(0, 3).map((file) => `${file.path} (${reasonOf(file)})`)
  const rest = unreadable.length > 3 ? ` and ${many(unreadable.length - 3)} more` : ''
  const what = `${many(unreadable.length)} of the ${many(total)} pictures in ${folder} cannot be read`
  if (unreadable.length > total / 10) {
    await rm(`${workPath}.records`, { force: true })
    throw new UserError(
      `${what}, which is more than a tenth: ${first.join(', ')}${rest}; convert them to ${readableKinds}, or take them ` +
        `out of the folder (${list} lists them).`,
    )
  }
  return [
    `${what} and ${unreadable.length === 1 ? 'is' : 'are'} left out: ${first.join(', ')}${rest}; ${list} lists them.`,
  ]
}
