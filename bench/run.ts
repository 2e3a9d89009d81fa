/**
 * `npm run bench -- [--games big,small,r1r2] [--peers torch,jax-jit] [--rounds 9] [--json FILE]`: Forger and its rivals,
 * side by side (docs/benchmarks.md). --peers takes names and families of bench/peers/manifest.ts; Forger always takes part.
 */

import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { firstStepTargets } from './first-step.ts'
import { parseBenchOptions } from './options.ts'
import { startPeer } from './peer-process.ts'
import type { PeerProcess } from './peer-process.ts'
import { peers } from './peers/manifest.ts'
import type { Peer } from './peers/manifest.ts'
import type { GameName } from './peers/stand-in.ts'
import { gameTable, machineText, targetTable } from './report.ts'
import type { GameResult } from './results.ts'
import { takeTurns } from './rounds.ts'
import { targetsOf } from './targets.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))
const options = parseBenchOptions(process.argv.slice(2))
const tell = (news: string) => console.error(`  ${news}`)

const wanted = peers.filter(({ name, family }) => family === 'forger' || options.wants(name, family))
const isInstalled = ({ needs }: Peer) => needs.every((path) => existsSync(join(repository, path)))
const machine = machineText()
console.log(`# ${new Date().toISOString()}\n\n${machine}\n`)
for (const { name, install } of wanted.filter((peer) => !isInstalled(peer))) {
  console.log(`${name} is missing: ${install}`)
}

tell('first steps')
const targets = await firstStepTargets(Math.min(options.rounds, 5))
const results: GameResult[] = []
for (const game of options.games) {
  const result = await play(
    game,
    wanted.filter((peer) => isInstalled(peer) && peer.games.includes(game)),
  )
  console.log(`${gameTable(result)}\n`)
  results.push(result)
  targets.push(...targetsOf(result))
}
console.log(targetTable(targets))
if (options.json !== null) {
  await writeFile(options.json, JSON.stringify({ date: new Date(), machine, results, targets }, null, 2))
}

async function play(game: GameName, participants: readonly Peer[]): Promise<GameResult> {
  const started: PeerProcess[] = []
  for (const peer of participants) {
    tell(`${game}: starting ${peer.name}`)
    try {
      started.push(await startPeer(peer, game))
    } catch (error) {
      tell(`${peer.name} did not start and is left out: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const timings = await takeTurns(started, options.rounds, (news) => tell(`${game}: ${news}`))
  await Promise.all(started.map((contestant) => contestant.close()))
  const entries = [...timings].map(
    ([
      {
        name,
        peer: { family },
        version,
        firstStepSeconds,
      },
      timing,
    ]) => ({
      name,
      family,
      version,
      firstStepSeconds,
      ...timing,
    }),
  )
  return { game, entries }
}
