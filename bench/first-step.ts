/** How long somebody waits between a command and the first training step. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './statistics.ts'
import type { Target } from './targets.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))

/** Ways to start Forger: as npm scripts do, and what `npm run build` makes and users install. */
const commands = [
  { name: 'node tools/forger.mjs train', script: 'tools/forger.mjs' },
  { name: 'node dist/cli/main.js train', script: 'dist/cli/main.js' },
]

/** Seconds from the command to its first progress line, the medians of some starts of processes of their own. */
export async function firstStepTargets(starts: number): Promise<Target[]> {
  const targets: Target[] = []
  for (const { name, script } of commands) {
    if (!existsSync(join(repository, script))) continue
    const seconds: number[] = []
    // The first start fills the caches of files and of what was found out about the machine.
    for (let i = 0; i <= starts; i++) seconds.push(await secondsToFirstStep(script))
    const what = `${name}: seconds to its first step`
    targets.push({ what, sense: 'at most', goal: 0.7, measured: median(seconds.slice(1)) })
  }
  return targets
}

async function secondsToFirstStep(script: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'forger-first-step-'))
  try {
    const began = performance.now()
    const child = spawn(process.execPath, [script, 'train', '--steps', '1', '--out', join(folder, 'run')], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'close')
    let seconds = NaN
    for await (const text of child.stdout.setEncoding('utf8')) {
      if (Number.isNaN(seconds) && String(text).includes('step 1/1')) seconds = (performance.now() - began) / 1000
    }
    await ended
    if (Number.isNaN(seconds)) throw new Error(`${script} trained no step`)
    return seconds
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
