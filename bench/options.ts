/** The command line of `npm run bench` and `npm run bench:browser`. */

import { parseArgs } from 'node:util'
import { gameNames, gameOf } from './peers/stand-in.ts'
import type { GameName } from './peers/stand-in.ts'

export interface BenchOptions {
  readonly games: readonly GameName[]
  readonly rounds: number
  /** Where all numbers go as JSON; null for nowhere. */
  readonly json: string | null
  /** Whether somebody of that name and family is to take part. */
  wants(name: string, family: string): boolean
}

export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      games: { type: 'string', default: gameNames.join(',') },
      peers: { type: 'string' },
      rounds: { type: 'string', default: '9' },
      json: { type: 'string' },
    },
  })
  const rounds = Number(values.rounds)
  if (!(Number.isInteger(rounds) && rounds >= 1)) throw new Error(`There cannot be ${values.rounds} rounds.`)
  const wanted = values.peers?.split(',')
  return {
    games: values.games.split(',').map(gameOf),
    rounds,
    json: values.json ?? null,
    wants: (name, family) => wanted === undefined || wanted.includes(name) || wanted.includes(family),
  }
}
