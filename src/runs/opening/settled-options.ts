import { UserError } from '../../tensor/errors.ts'
import type { RunOptions } from '../options/run-options.ts'

/** Fewer samples of a kind say nothing about a generator. */
export const fewestSamples = 100

/** Options of which it is decided whether the run stops by itself, and what is held back. */
export type SettledOptions = RunOptions & { readonly stop: 'auto' | 'budget'; readonly holdOut: number }

/** What is held back of data without a test part: a tenth up to so many, but enough to judge by where a fifth is. */
const usual = { share: 1 / 10, most: 1000, mostShare: 1 / 5 } as const

const usualHoldOut = (count: number): number =>
  Math.floor(Math.min(usual.most, Math.max(usual.share * count, Math.min(fewestSamples, usual.mostShare * count))))

/** What there is to know of data. */
interface DataFacts {
  /** What it was asked for by. */
  readonly name: string
  /** How many samples it has to learn from and to hold back. */
  readonly count: number
  /** Whether it has a part of its own to judge by. */
  readonly hasTest: boolean
}

/**
 * Decides how a run ends where nobody says: by itself, unless it was given a limit or has too little data to judge by. Throws a UserError
 * where it is to stop by itself and cannot.
 */
export function settled(options: RunOptions, { name, count, hasTest }: DataFacts): SettledOptions {
  const usually = hasTest ? 0 : usualHoldOut(count)
  const heldOut = options.holdOut ?? usually
  // What is held back comes before a test part.
  const canStop = heldOut >= fewestSamples || (hasTest && heldOut === 0)
  const isLimited = [options.steps, options.epochs, options.minutes].some((limit) => limit !== undefined)
  const stop = options.stop ?? (canStop && !isLimited ? 'auto' : 'budget')
  if (stop === 'auto' && !canStop) {
    throw new UserError(
      `A run that stops by itself needs ${fewestSamples} real samples to judge by or more, and of ${name} ${heldOut} are held back; ` +
        'say by --steps when it is to end, or hold back more by --hold-out.',
    )
  }
  return { ...options, stop, holdOut: options.holdOut ?? (stop === 'auto' ? usually : 0) }
}
