/** A peer as a process that sleeps while others are timed. */

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Peer } from './peers/manifest.ts'
import type { GameName } from './peers/stand-in.mjs'
import { Ready, Report } from './peers/talk.ts'
import type { Request } from './peers/talk.ts'
import type { Starter } from './side-by-side.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))

/** Ways to end those that still run; a process that is stopped would outlive this one. */
const endings = new Set<() => void>()
process.once('exit', () => endings.forEach((end) => end()))
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1))

/** Of what a peer wrote to standard error, so much is quoted when it fails. */
const quotedCharacters = 2000

/** Starts a peer; resolves when its first step is done, and leaves it stopped. Rejects where it ends before. */
export async function startPeer(peer: Peer, game: GameName): Promise<Starter> {
  const [program, ...args] = peer.command(game)
  const began = performance.now()
  // Detached, it leads a process group, so that helpers which it starts are stopped and ended with it.
  const child = spawn(program, args, { cwd: repository, detached: true })
  const signal = (name: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name)
  }
  const kill = () => signal('SIGKILL')
  endings.add(kill)

  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-quotedCharacters)))
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code, killedBy) => reject(new Error(`ended with ${killedBy ?? code}: ${errors.trim()}`)))
  })
  // Whoever waits for an answer is told; between two questions nobody listens.
  ended.catch(() => {})
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const hear = async (): Promise<unknown> => {
    const { value, done } = await Promise.race([lines.next(), ended])
    return done === true ? ended : JSON.parse(value)
  }
  const ask = (request: Request) => child.stdin.write(`${JSON.stringify(request)}\n`)

  const close = async () => {
    kill()
    await ended.catch(() => {})
    endings.delete(kill)
  }

  const { version, dataMs, parameters } = await hear()
    .then(Ready.parse)
    .catch(async (error: unknown) => {
      await close()
      throw error
    })
  const firstStepSeconds = (performance.now() - began - dataMs) / 1000
  signal('SIGSTOP')
  return {
    name: peer.name,
    version,
    firstStepSeconds,
    parameters,
    async train(steps) {
      signal('SIGCONT')
      ask({ steps })
      const report = Report.parse(await hear())
      signal('SIGSTOP')
      return report
    },
    close,
  }
}
