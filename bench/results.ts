/** What a run of the benchmark found. */

import type { GameName } from './peers/stand-in.mjs'
import type { Timing } from './rounds.ts'
import { median } from './statistics.ts'

/** One program in one game. */
export interface Entry extends Timing {
  readonly name: string
  /** Whom it stands for in the targets; the fastest of a family counts. */
  readonly family: string
  readonly version: string
  /** Seconds from its start until its first step was done. */
  readonly firstStepSeconds: number
}

export interface GameResult {
  readonly game: GameName
  /** How many parameters each player has: generator, discriminator; undefined where nobody told. */
  readonly parameters: readonly [number, number] | undefined
  readonly entries: readonly Entry[]
}

export const medianMs = ({ rounds }: Entry): number => median(rounds)

/** The fastest of a family, or whoever has that name, if any of them took part. */
export const fastest = ({ entries }: GameResult, who: string): Entry | undefined =>
  entries.filter(({ family, name }) => family === who || name === who).toSorted((a, b) => medianMs(a) - medianMs(b))[0]

/** How many times as long a takes as b: the median of the rounds' own ratios, since both met the same noise in a round. */
export const timesAsLong = (a: Entry, b: Entry): number => median(a.rounds.map((ms, round) => ms / b.rounds[round]))

/** How many times as fast as the fastest of a family, or as whoever has that name, Forger is. */
export function speedup(result: GameResult, who: string): number | undefined {
  const [ours, theirs] = [fastest(result, 'forger'), fastest(result, who)]
  return ours && theirs && timesAsLong(theirs, ours)
}
