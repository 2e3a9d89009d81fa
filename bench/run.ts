/**
 * `npm run bench -- [--games big,small,r1r2] [--peers torch,jax-jit] [--rounds 9] [--json FILE]`: Forger and its rivals,
 * side by side (docs/benchmarks.md). --peers takes names and families of bench/peers/manifest.ts; Forger always takes part.
 */

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { firstStepTargets } from './first-step.ts'
import { startPeer } from './peer-process.ts'
import { peers } from './peers/manifest.ts'
import { parseOptions, sideBySide, tell } from './side-by-side.ts'
import { targetsOf } from './targets.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))
const options = parseOptions(process.argv.slice(2))
const candidates = peers.map((peer) => ({
  ...peer,
  isInstalled: peer.needs.every((path) => existsSync(join(repository, path))),
  start: startPeer.bind(null, peer),
}))

// What Forger found out about this machine on another day, perhaps a busy one, is not to count.
const notes = mkdtempSync(join(tmpdir(), 'forger-bench-'))
process.env.XDG_CACHE_HOME = notes
process.once('exit', () => rmSync(notes, { recursive: true, force: true }))

await sideBySide(candidates, options, targetsOf, '', () => {
  tell('from the command to the first step')
  return firstStepTargets(Math.min(options.rounds, 5))
})
