import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../tensor/errors.ts'
import { readWholeFile } from '../files/read-file-node.ts'
import { createSource } from './source.ts'
import type { ImageSource, Split } from './source.ts'

const side = 32
const plane = side * side

/** One of both sets, as its files are laid out. */
interface Version {
  readonly title: string
  readonly files: Readonly<Record<Split, readonly string[]>>
  /** The bytes before the pixels of an image, and which of them is its class. */
  readonly labels: { readonly bytes: number; readonly at: number }
  readonly classes: number
  /** The file with the names of its classes, a line each. */
  readonly names: string
}

const versions: readonly Version[] = [
  {
    title: 'cifar-10',
    files: {
      train: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
      test: ['test_batch.bin'],
    },
    labels: { bytes: 1, at: 0 },
    classes: 10,
    names: 'batches.meta.txt',
  },
  {
    // A coarse class comes first, of 20; the fine one is of 100.
    title: 'cifar-100',
    files: { train: ['train.bin'], test: ['test.bin'] },
    labels: { bytes: 2, at: 1 },
    classes: 100,
    names: 'fine_label_names.txt',
  },
]

/**
 * CIFAR-10 or CIFAR-100 (Krizhevsky 2009) from the folder that its binary version unpacks to: 50,000 color images of
 * 32 x 32 to train and 10,000 to test, with (fine) labels. Throws a UserError that names the file at fault.
 */
export async function loadCifar(folder: string, split: Split): Promise<ImageSource> {
  if (folder === '') throw new UserError('"cifar:" does not name its folder; write cifar:FOLDER.')
  const version = versions.find(({ files }) => existsSync(join(folder, files[split][0])))
  if (version === undefined) {
    throw new UserError(
      `${folder} holds neither ${versions[0].files[split][0]} nor ${versions[1].files[split][0]}; give the folder ` +
        'cifar-10-batches-bin or cifar-100-binary, which the binary version of CIFAR unpacks to.',
    )
  }
  const parts: Uint8Array[] = []
  for (const file of version.files[split]) parts.push(await readRecords(join(folder, file), version))
  const records = Buffer.concat(parts)
  const size = version.labels.bytes + 3 * plane
  const count = records.length / size
  const images = new Uint8Array(count * 3 * plane)
  const labels = new Uint8Array(count)
  for (let index = 0; index < count; index++) {
    const record = records.subarray(index * size, (index + 1) * size)
    labels[index] = record[version.labels.at]
    for (let pixel = 0; pixel < plane; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        images[3 * (index * plane + pixel) + channel] = record[version.labels.bytes + channel * plane + pixel]
      }
    }
  }
  return createSource({
    name: `${version.title} ${split}`,
    shape: [side, side, 3],
    images,
    labels,
    classes: await namesOf(join(folder, version.names), version.classes),
  })
}

async function readRecords(path: string, { title, labels, classes }: Version): Promise<Uint8Array> {
  const bytes = await readWholeFile(path)
  const size = labels.bytes + 3 * plane
  if (bytes.length === 0 || bytes.length % size !== 0) {
    throw new UserError(
      `${path} is not a file of ${title}: it has ${bytes.length} bytes, which is no multiple of the ${size} of an image; get it again.`,
    )
  }
  for (let at = labels.at; at < bytes.length; at += size) {
    if (bytes[at] < classes) continue
    const image = Math.floor(at / size)
    throw new UserError(
      `${path} is not a file of ${title}: it gives image ${image} the label ${bytes[at]}, and labels are below ${classes}; get it again.`,
    )
  }
  return bytes
}

/** Null where the file is missing or names another number of classes: the images are what they are. */
async function namesOf(path: string, classes: number): Promise<string[] | null> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const names = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return names.length === classes ? names : null
}
