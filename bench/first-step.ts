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

/** Ways to start Forger: as `npm start` does, and what `npm run build` makes and users install. */
const scripts = ['tools/forger.mjs', 'dist/cli/main.js']

/** Starts after which Forger has found out all that it wants to know about the machine. */
const rehearsals = 8

/**
 * Seconds from a command to its first progress line, each a median of some starts of new processes whose files are in the
 * system's cache: where Forger knows nothing of the machine yet, so that it times its kernels first, and where it does.
 */
export async function firstStepTargets(starts: number): Promise<Target[]> {
  const targets: Target[] = []
  for (const script of scripts.filter((path) => existsSync(join(repository, path)))) {
    const rows = [
      { when: 'on a new machine', notes: () => newFolder(), before: 1 },
      { when: 'later', notes: reused(await newFolder()), before: rehearsals },
    ]
    for (const { when, notes, before } of rows) {
      const seconds: number[] = []
      for (let i = 0; i < before + starts; i++) seconds.push(await secondsToFirstStep(script, await notes()))
      const what = `node ${script} train, ${when}: seconds to its first step`
      targets.push({ what, sense: 'at most', goal: 0.7, measured: median(seconds.slice(before)) })
    }
  }
  return targets
}

const newFolder = () => mkdtemp(join(process.env.XDG_CACHE_HOME ?? tmpdir(), 'first-step-'))
const reused = (folder: string) => async () => folder

async function secondsToFirstStep(script: string, notes: string): Promise<number> {
  const folder = await newFolder()
  try {
    const began = performance.now()
    const child = spawn(process.execPath, [script, 'train', '--steps', '1', '--out', join(folder, 'run')], {
      cwd: repository,
      env: { ...process.env, XDG_CACHE_HOME: notes },
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
