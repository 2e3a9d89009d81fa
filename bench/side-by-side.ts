/** What `npm run bench` and `npm run bench:browser` have in common: who takes part, the games, the tables. */

import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { dcganNames, denseGameNames, gameNames, gameOf } from './peers/stand-in.mjs'
import type { GameName } from './peers/stand-in.mjs'
import { gameTable, machineText, targetTable } from './report.ts'
import type { GameResult } from './results.ts'
import { takeTurns } from './rounds.ts'
import type { Contestant } from './rounds.ts'
import type { Target } from './targets.ts'

/** A contestant whose first step is done. */
export interface Starter extends Contestant {
  readonly version: string
  /** Seconds from its start until that step was done, less those for making the stand-in data. */
  readonly firstStepSeconds: number
  /** How many parameters the generator has, and the discriminator; undefined where it does not tell. */
  readonly parameters?: readonly [number, number] | undefined
}

/** Somebody who can take part. */
export interface Candidate {
  readonly name: string
  /** Whom it stands for in the targets. */
  readonly family: string
  readonly games: readonly GameName[]
  readonly isInstalled: boolean
  /** What a person runs to install it. */
  readonly install: string
  /** How often it is started and ended again before it plays. */
  readonly rehearsals: number
  start(game: GameName): Promise<Starter>
}

export interface Options {
  readonly games: readonly GameName[]
  /** Names and families of those who are to take part beside Forger; all where it is null. */
  readonly peers: readonly string[] | null
  readonly rounds: number
  /** Where all numbers go as JSON; null for nowhere. */
  readonly json: string | null
}

/** Names for several games at once. */
const groups: Readonly<Record<string, readonly GameName[]>> = {
  all: gameNames,
  dense: denseGameNames,
  dcgan: dcganNames,
}

/** @param standard the games where none are named */
export function parseOptions(args: readonly string[], standard: readonly GameName[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      games: { type: 'string', default: standard.join(',') },
      peers: { type: 'string' },
      rounds: { type: 'string', default: '9' },
      json: { type: 'string' },
    },
  })
  const rounds = Number(values.rounds)
  if (!(Number.isInteger(rounds) && rounds >= 1)) throw new Error(`There cannot be ${values.rounds} rounds.`)
  const peers = values.peers?.split(',') ?? null
  const games = values.games.split(',').flatMap((name) => groups[name] ?? [gameOf(name)])
  return { games: [...new Set(games)], peers, rounds, json: values.json ?? null }
}

export const tell = (news: string): void => console.error(`  ${news}`)

/**
 * Plays the games and prints the tables.
 * @param where what is to be told about the place beside the machine
 * @param otherTargets what was measured in other ways
 * @param targetsOfAll what several games are held to together
 */
export async function sideBySide(
  candidates: readonly Candidate[],
  { games, peers, rounds, json }: Options,
  targetsOf: (result: GameResult) => Target[],
  where = '',
  otherTargets: () => Promise<Target[]> = async () => [],
  targetsOfAll: (results: readonly GameResult[]) => Target[] = () => [],
): Promise<void> {
  const began = new Date().toISOString()
  const machine = `${machineText()}${where}`
  console.log(`# ${began}\n\n${machine}\n`)
  const isWanted = ({ name, family }: Candidate) =>
    family === 'forger' || peers === null || peers.includes(name) || peers.includes(family)
  const wanted = candidates.filter(isWanted)
  for (const { name, install } of wanted.filter(({ isInstalled }) => !isInstalled)) {
    console.log(`${name} is missing: ${install}\n`)
  }
  const there = wanted.filter(({ isInstalled }) => isInstalled)

  const targets = await otherTargets()
  const results: GameResult[] = []
  for (const game of games) {
    const players = there.filter((candidate) => candidate.games.includes(game))
    const result = await play(game, players, rounds)
    console.log(`${gameTable(result)}\n`)
    results.push(result)
    targets.push(...targetsOf(result))
  }
  targets.push(...targetsOfAll(results))
  console.log(targetTable(targets))
  if (json !== null) await writeFile(json, JSON.stringify({ began, machine, results, targets }, null, 2))
}

async function play(game: GameName, players: readonly Candidate[], rounds: number): Promise<GameResult> {
  const started = new Map<Starter, Candidate>()
  for (const player of players) {
    tell(`${game}: starting ${player.name}`)
    try {
      for (let i = 0; i < player.rehearsals; i++) await (await player.start(game)).close()
      started.set(await player.start(game), player)
    } catch (error) {
      tell(`${player.name} did not start and is left out: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const parameters = parametersOf(game, [...started.keys()])
  const multiple = denseGameNames.some((name) => name === game) ? denseMultiple : 1
  const timings = await takeTurns([...started.keys()], rounds, multiple, (news) => tell(`${game}: ${news}`))
  await Promise.all([...started.keys()].map((starter) => starter.close()))
  const entries = [...started].flatMap(([starter, { name, family }]) => {
    const timing = timings.get(starter)
    const { version, firstStepSeconds } = starter
    return timing === undefined ? [] : [{ name, family, version, firstStepSeconds, ...timing }]
  })
  return { game, parameters, entries }
}

/** Dense games are short, and jax-scan plays them by ten steps. */
const denseMultiple = 10

/** Throws where two of them do not play with equal players. */
function parametersOf(game: GameName, starters: readonly Starter[]): readonly [number, number] | undefined {
  const [first, ...others] = starters.filter(({ parameters }) => parameters !== undefined)
  for (const other of others) {
    if (String(other.parameters) === String(first.parameters)) continue
    const told = [first, other].map(({ name, parameters }) => `${name} has ${parameters?.join(' and ')}`)
    throw new Error(`${game} is not the same game for all: of parameters ${told.join(', ')}.`)
  }
  return first?.parameters
}
