/**
 * The file that prepared images are kept in: 'FORGIMG1', the length of a header as a 32-bit number, the header as JSON,
 * zeros up to a multiple of 4096 bytes, the label of every image as a 16-bit number where there are labels, zeros again,
 * then the pixels of one image after the other. Numbers are little-endian. So it can be mapped, and read at any place.
 */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import * as z from 'zod'
import type { ImageStore, Labels } from './source.ts'

const magic = 'FORGIMG1'
const page = 4096
const wholePages = (bytes: number): number => Math.ceil(bytes / page) * page

const cacheHeader = z.object({
  /** Whatever the images depend on; see keyOf. */
  key: z.string(),
  count: z.int().min(1),
  shape: z.tuple([z.int().min(1), z.int().min(1), z.union([z.literal(1), z.literal(3)])]),
  classes: z.array(z.string()).nullable(),
  notes: z.array(z.string()),
  /** A hash of all pixels; see contentsHash. */
  contents: z.string().length(32),
})

export type CacheHeader = z.infer<typeof cacheHeader>

/** Where things lie in the file of a header. */
interface CacheLayout {
  readonly labelsAt: number
  readonly pixelsAt: number
  readonly imageBytes: number
  readonly fileBytes: number
}

function layoutOf({ count, shape, classes }: CacheHeader, headerBytes: number): CacheLayout {
  const labelsAt = wholePages(magic.length + 4 + headerBytes)
  const pixelsAt = wholePages(labelsAt + (classes === null ? 0 : 2 * count))
  const imageBytes = shape[0] * shape[1] * shape[2]
  return { labelsAt, pixelsAt, imageBytes, fileBytes: pixelsAt + count * imageBytes }
}

/** Everything before the pixels. */
export function cacheStart(header: CacheHeader, labels: Uint16Array | null): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const { labelsAt, pixelsAt } = layoutOf(header, json.length)
  const bytes = new Uint8Array(pixelsAt)
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(magic))
  view.setUint32(magic.length, json.length, true)
  bytes.set(json, magic.length + 4)
  for (const [index, label] of (labels ?? []).entries()) view.setUint16(labelsAt + 2 * index, label, true)
  return bytes
}

/** A file of prepared images that is whole. */
export interface ImageCache {
  readonly header: CacheHeader
  readonly labels: Labels | null
  /** Images one after the other; soonest where the numbers ascend. */
  read(rows: ArrayLike<number>): Promise<Uint8Array>
  /** All images. */
  readAll(): Promise<Uint8Array>
}

/** The images that were prepared under this key; null where there are none, or the file is not as it was written. */
export async function openCache(path: string, key: string): Promise<ImageCache | null> {
  const file = await open(path).catch(() => null)
  if (file === null) return null
  try {
    const head = await readHeader(file)
    if (head === null || head.header.key !== key || (await file.stat()).size !== head.layout.fileBytes) return null
    const { header, layout } = head
    return {
      header,
      labels: header.classes === null ? null : await readLabels(file, header, layout, header.classes.length),
      read: (rows) => reopened(path, (again) => readRows(again, layout, rows)),
      readAll: () =>
        reopened(path, (again) => fill(again, new Uint8Array(header.count * layout.imageBytes), layout.pixelsAt)),
    }
  } finally {
    await file.close()
  }
}

export const storeOf = ({ read }: ImageCache, mostHeld: number): ImageStore => ({ mostHeld, read })

/** A header of a folder of many classes is long, but not this long. */
const longestHeader = 2 ** 26

async function readHeader(file: FileHandle): Promise<{ header: CacheHeader; layout: CacheLayout } | null> {
  const { size } = await file.stat()
  const start = await fill(file, new Uint8Array(Math.min(size, magic.length + 4)), 0)
  if (start.length < magic.length + 4 || Buffer.from(start).toString('latin1', 0, magic.length) !== magic) return null
  const length = new DataView(start.buffer).getUint32(magic.length, true)
  if (length > longestHeader || length > size) return null
  const json = await fill(file, new Uint8Array(length), magic.length + 4)
  const header = cacheHeader.safeParse(fromJson(Buffer.from(json).toString()))
  return header.success ? { header: header.data, layout: layoutOf(header.data, length) } : null
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function readLabels(
  file: FileHandle,
  { count }: CacheHeader,
  { labelsAt }: CacheLayout,
  classes: number,
): Promise<Labels> {
  const bytes = await fill(file, new Uint8Array(2 * count), labelsAt)
  const view = new DataView(bytes.buffer)
  const labels = classes <= 256 ? new Uint8Array(count) : new Uint16Array(count)
  return labels.map((_, index) => view.getUint16(2 * index, true))
}

/** Images that lie no farther apart than this are read at once, with what is between them. */
const nearby = 2 ** 16
const mostAtOnce = 2 ** 23

async function readRows(file: FileHandle, layout: CacheLayout, rows: ArrayLike<number>): Promise<Uint8Array> {
  const { imageBytes, pixelsAt } = layout
  const images = new Uint8Array(rows.length * imageBytes)
  for (let first = 0; first < rows.length;) {
    let last = first
    while (
      last + 1 < rows.length &&
      rows[last + 1] >= rows[last] &&
      (rows[last + 1] - rows[last] - 1) * imageBytes <= nearby &&
      (rows[last + 1] - rows[first] + 1) * imageBytes <= mostAtOnce
    ) {
      last++
    }
    const span = new Uint8Array((rows[last] - rows[first] + 1) * imageBytes)
    await fill(file, span, pixelsAt + rows[first] * imageBytes)
    for (let at = first; at <= last; at++) {
      const from = (rows[at] - rows[first]) * imageBytes
      images.set(span.subarray(from, from + imageBytes), at * imageBytes)
    }
    first = last + 1
  }
  return images
}

async function reopened<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path)
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

/** Fills the bytes from that place of a file. */
export async function fill(
  file: FileHandle,
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
): Promise<Uint8Array<ArrayBuffer>> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, Math.min(bytes.length - done, 2 ** 30), at + done)
    if (bytesRead === 0) throw new Error('the file of prepared images was cut while it was read')
    done += bytesRead
  }
  return bytes
}
