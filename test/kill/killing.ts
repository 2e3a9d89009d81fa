import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { decodeSafetensors } from '../../src/files/safetensors.ts'
import { typescriptLoader, writeImages } from '../cli/forger.ts'
import { repository } from '../tools/tree.ts'

/** Checkpoints and pictures every few steps, so that many a kill meets a file that is being written. */
const runArguments = (
  '--data idx:images.idx --batch 8 --steps 120 --seed 5 ' +
  '--checkpoint-every 7 --sample-every 10 --log-every 10 --keep 2'
).split(' ')

export interface Killed {
  /** How many processes were killed, and in how many runs. */
  readonly kills: number
  readonly runs: number
  /** Kills at which at least one temporary file was left, so that a write was cut short. */
  readonly cutWrites: number
  /** Kills before the run had written anything, and after its first checkpoint. */
  readonly early: number
  readonly afterCheckpoint: number
}

/**
 * Trains real runs in processes of their own that are killed (SIGKILL) at random moments and gone on with, until `kills`
 * kills have happened and the last run has ended in peace. Throws where a file under a final name is not whole, where a run does not
 * go on, or where it does not end with the bytes of an undisturbed one.
 * @param random numbers in [0, 1).
 */
export async function killRuns(kills: number, random: () => number, tell: (line: string) => void): Promise<Killed> {
  const folder = mkdtempSync(join(tmpdir(), 'forger-kill-'))
  try {
    writeImages(folder)
    const begin = performance.now()
    await inPeace(folder, ['train', ...runArguments, '--out', 'undisturbed'])
    const usual = performance.now() - begin
    const expected = contentOf(join(folder, 'undisturbed'))
    let total: Killed = { kills: 0, runs: 0, cutWrites: 0, early: 0, afterCheckpoint: 0 }
    while (total.kills < kills) {
      const out = `run${total.runs}`
      const path = join(folder, out)
      for (let ended = false; !ended;) {
        const args = existsSync(join(path, 'options.json'))
          ? ['resume', out, '--threads', random() < 0.5 ? '1' : '2']
          : ['train', ...runArguments, '--out', out]
        // Now and then long enough to come to the end, else a run would never be done.
        const moment = total.kills < kills ? random() * usual * 1.1 : Infinity
        ended = await killedAt(folder, args, moment)
        if (ended) continue
        const state = await inspect(path)
        total = {
          ...total,
          kills: total.kills + 1,
          cutWrites: total.cutWrites + Number(state.temporaries > 0),
          early: total.early + Number(!state.hasOptions),
          afterCheckpoint: total.afterCheckpoint + Number(state.checkpoints > 0),
        }
        tell(
          `kill ${total.kills} after ${Math.round(moment)} ms: ${state.checkpoints} checkpoints, ${state.temporaries} half-written`,
        )
      }
      const found = contentOf(path)
      const different = Object.keys({ ...expected, ...found }).filter((name) => !same(expected[name], found[name]))
      if (different.length > 0) throw new Error(`${out} differs from the undisturbed run in ${different.join(', ')}`)
      total = { ...total, runs: total.runs + 1 }
      rmSync(path, { recursive: true })
    }
    return total
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const same = (a: Buffer | undefined, b: Buffer | undefined): boolean =>
  a !== undefined && b !== undefined && a.equals(b)

function start(folder: string, args: readonly string[]) {
  const child = spawn(process.execPath, [...typescriptLoader, join(repository, 'src/cli/main.ts'), ...args], {
    cwd: folder,
    env: { ...process.env, FORGER_TUNE: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<{ status: number | null; stderr: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stderr }))
  })
  return { child, ended }
}

async function inPeace(folder: string, args: readonly string[]): Promise<void> {
  const { status, stderr } = await start(folder, args).ended
  if (status !== 0) throw new Error(`forger ${args.join(' ')} ended with status ${status}: ${stderr}`)
}

/** Whether it ended by itself, and well, before the moment at which it is killed. */
async function killedAt(folder: string, args: readonly string[], milliseconds: number): Promise<boolean> {
  const { child, ended } = start(folder, args)
  const killer = new AbortController()
  if (Number.isFinite(milliseconds)) {
    sleep(milliseconds, undefined, { signal: killer.signal }).then(
      () => child.kill('SIGKILL'),
      () => {},
    )
  }
  const { status, stderr } = await ended
  killer.abort()
  if (status === 0) return true
  if (child.signalCode === 'SIGKILL') return false
  throw new Error(`forger ${args.join(' ')} ended with status ${status}: ${stderr}`)
}

/** Looks at all that a killed process left: every file under a final name must be whole. */
export async function inspect(path: string) {
  mkdirSync(path, { recursive: true })
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
  for (const name of names) {
    const ending = name.slice(name.lastIndexOf('.') + 1)
    await wholeness[ending]?.(readFileSync(join(path, name)), name)
  }
  return {
    hasOptions: names.includes('options.json'),
    checkpoints: names.filter((name) => name.endsWith('.safetensors')).length,
    temporaries: names.filter((name) => name.endsWith('.tmp')).length,
  }
}

/** What reads a whole file of each kind, and throws where it is not. */
const wholeness: Readonly<Record<string, (bytes: Buffer, name: string) => unknown>> = {
  json: (bytes) => JSON.parse(bytes.toString()),
  // A log grows line by line: all but what stands behind its last newline.
  jsonl: (bytes) =>
    bytes
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  png: (bytes) => sharp(bytes).raw().toBuffer(),
  webp: (bytes) => sharp(bytes, { animated: true }).raw().toBuffer(),
  safetensors: (bytes, name) => decodeSafetensors(bytes, name),
  html(bytes, name) {
    if (!bytes.toString().trimEnd().endsWith('</html>')) throw new Error(`${name} is cut short`)
  },
}

/** The bytes of all files that hold no times. */
export function contentOf(path: string): Record<string, Buffer | undefined> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
  const timeless = names.filter((name) => /\.(safetensors|png|onnx|webp)$/.test(name))
  return Object.fromEntries(timeless.map((name) => [name, readFileSync(join(path, name))]))
}
