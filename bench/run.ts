/**
 * `npm run bench -- [--games big,dcgan32] [--peers torch,jax-jit] [--rounds 9] [--json FILE]`: Forger and its rivals,
 * side by side (docs/benchmarks.md). --games takes names of bench/peers/stand-in.mjs, or dense, dcgan or all. --peers takes
 * names and families of bench/peers/manifest.ts; Forger always takes part.
 */

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { firstStepTargets } from './first-step.ts'
import { startPeer } from './peer-process.ts'
import { peers } from './peers/manifest.ts'
import { denseGameNames } from './peers/stand-in.mjs'
import type { GameName } from './peers/stand-in.mjs'
import { parseOptions, sideBySide, tell } from './side-by-side.ts'
import { dcganTargets, targetsOf } from './targets.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))
/** One of each kind of players: with all of them it would take an hour. */
const standard: readonly GameName[] = [...denseGameNames, 'dcgan32', 'r3gan']

const options = parseOptions(process.argv.slice(2), standard)
const candidates = peers.map((peer) => ({
  ...peer,
  isInstalled: peer.needs.every((path) => existsSync(join(repository, path))),
  start: startPeer.bind(null, peer),
}))

// What Forger found out about this machine on another day, perhaps a busy one, is not to count.
const notes = mkdtempSync(join(tmpdir(), 'forger-bench-'))
process.env.XDG_CACHE_HOME = notes
process.once('exit', () => rmSync(notes, { recursive: true, force: true }))

/** The default recipe's players are dense: it is timed with those games. */
const hasDense = denseGameNames.some((name) => options.games.includes(name))

const firstSteps = async () => {
  if (!hasDense) return []
  tell('from the command to the first step')
  return firstStepTargets(Math.min(options.rounds, 5))
}
await sideBySide(candidates, options, targetsOf, '', firstSteps, dcganTargets)
