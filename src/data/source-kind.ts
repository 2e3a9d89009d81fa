import { UserError } from '../tensor/errors.ts'
import type { Preparing, Source, Split } from './source.ts'

/** Data that can be asked for by name: one entry of the table of sources. */
export interface SourceKind {
  /** How it is written, for help and error messages. */
  readonly usage: string
  readonly summary: string
  /** The name of other data that it is made of, and that it needs. */
  readonly madeOf?: string
  /** Whether it has a separate test part. */
  hasTest(argument: string): boolean | Promise<boolean>
  load(request: SourceRequest): Promise<Source>
}

/** What is asked for. */
export interface SourceRequest {
  /** What follows the name and a colon; '' where nothing does. */
  readonly argument: string
  readonly split: Split
  /** Called with how many images are prepared, where that has to be done before they can be loaded. */
  readonly progress: Preparing
}

/** Data that is the same for everybody: its name is all it takes, and it has a test part. */
export function named(
  name: string,
  summary: string,
  load: (split: Split) => Promise<Source>,
  others: Pick<SourceKind, 'madeOf'> = {},
): SourceKind {
  return {
    usage: name,
    summary,
    ...others,
    hasTest: () => true,
    async load({ argument, split }) {
      if (argument !== '') throw new UserError(`"${name}:${argument}" says too much; write ${name} alone.`)
      return load(split)
    },
  }
}

/** Data of a fixed set that takes an argument, and has a test part. */
export const inTwoParts = (
  usage: string,
  summary: string,
  load: (argument: string, split: Split) => Promise<Source>,
): SourceKind => ({
  usage,
  summary,
  hasTest: () => true,
  load: ({ argument, split }) => load(argument, split),
})

/** Where data of a user's own is. */
export interface OwnPlaces {
  /** All that was asked for: 'idx:x.idx,y.idx'. */
  readonly name: string
  /** What follows the colon: 'x.idx,y.idx'. */
  readonly places: string
  readonly progress: Preparing
}

/** Data of a user's own: the argument says where it is, and all of it is for training. */
export function brought(usage: string, summary: string, load: (own: OwnPlaces) => Promise<Source>): SourceKind {
  const kind = usage.slice(0, usage.indexOf(':'))
  return {
    usage,
    summary,
    hasTest: () => false,
    async load({ argument, split, progress }) {
      const name = `${kind}:${argument}`
      if (split === 'test') {
        throw new UserError(`"${name}" has no separate test part; give the test data as ${kind}: of its own.`)
      }
      return load({ name, places: argument, progress })
    },
  }
}
