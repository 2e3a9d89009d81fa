import { promisify } from 'node:util'
import { constants, gunzip } from 'node:zlib'
import { UserError } from '../tensor/errors.ts'
import { imageShapeOf, requireLabelShape } from './array-shapes.ts'
import { longestIdxHeader, readIdx, readIdxHeader } from './idx.ts'
import type { IdxArray } from './idx.ts'
import { mostBytes, readWholeFile, tooLarge } from '../files/read-file-node.ts'
import { imagesAndLabels } from './images-and-labels.ts'
import { createSource } from './source.ts'
import type { ImageSource } from './source.ts'
import type { OwnPlaces } from './source-kind.ts'

const inflate = promisify(gunzip)

/** Deflate cannot pack more than 1032 bytes into one (zlib's technical notes). */
const bestRatio = 1032

/** Where the images and labels of one set lie. `labels` null: there are none. */
export interface IdxPlaces {
  readonly name: string
  readonly images: string
  readonly labels: string | null
  readonly classes: readonly string[] | null
}

/** Loads 'idx:IMAGES[,LABELS]'. */
export const loadNamedIdx = async ({ name, places }: OwnPlaces): Promise<ImageSource> =>
  loadIdx({ name, ...imagesAndLabels('idx', places), classes: null })

/** Loads a source from IDX files, plain or packed by gzip. Throws a UserError that names the file at fault. */
export async function loadIdx({ name, images, labels, classes }: IdxPlaces): Promise<ImageSource> {
  const [imageArray, labelArray] = await Promise.all([
    readIdxFile(images),
    labels === null ? null : readIdxFile(labels),
  ])
  if (labels !== null && labelArray !== null) requireLabelShape(labelArray.shape, labels)
  return createSource({
    name,
    shape: imageShapeOf(imageArray.shape, images),
    images: imageArray.values,
    labels: labelArray?.values ?? null,
    classes,
  })
}

/** Reads one IDX file, plain or packed by gzip: its first bytes tell which, whatever its name is. */
export async function readIdxFile(path: string): Promise<IdxArray> {
  const bytes = await readWholeFile(path)
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  return readIdx(packed ? await unpack(bytes, path) : bytes, path)
}

/** Inflates to exactly as many bytes as the IDX header inside promises, and never to more. */
async function unpack(packed: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    // Whatever these bytes are, they inflate to at most 4 MiB.
    const start = await inflate(packed.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH })
    const { fileBytes } = readIdxHeader(start.subarray(0, longestIdxHeader), path)
    if (fileBytes > packed.length * bestRatio) {
      throw new UserError(
        `${path} is cut short: ${packed.length} packed bytes cannot hold the ${fileBytes} that its header asks for.`,
      )
    }
    if (fileBytes > mostBytes) throw tooLarge(path, fileBytes)
    return await inflate(packed, { maxOutputLength: fileBytes, chunkSize: 2 ** 20 })
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      const tooLong = error.code === 'ERR_BUFFER_TOO_LARGE'
      const reason = tooLong ? 'it unpacks to more bytes than its header asks for' : `gzip says "${error.message}"`
      throw new UserError(`Cannot unpack ${path}: ${reason}; get the file again.`, { cause: error })
    }
    throw error
  }
}
