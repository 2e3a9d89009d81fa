import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nodeRunsTypeScript } from '../../tools/strip-types.mjs'
import { idxBytes } from '../data/idx-bytes.ts'
import { repository } from '../tools/tree.ts'

/** For a Node that does not run TypeScript by itself. */
export const typescriptLoader = nodeRunsTypeScript
  ? []
  : ['--import', pathToFileURL(join(repository, 'tools/typescript-loader.mjs')).href]

export interface Finished {
  readonly status: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  /** Resolved when this has been written to stdout; rejected when the command ends without it. */
  wrote(text: string): Promise<void>
}

/** Starts the command line in a folder, without tuning kernels: their notes are kept outside of any folder of a test. */
export function startForger(folder: string, ...args: readonly string[]): Started {
  const child = spawn(process.execPath, [...typescriptLoader, join(repository, 'src/cli/main.ts'), ...args], {
    cwd: folder,
    env: { ...process.env, FORGER_TUNE: '0', FORGER_CACHE: join(tmpdir(), 'forger-test-cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
  })
  return {
    child,
    finished,
    wrote: (text) =>
      new Promise((resolve, reject) => {
        child.stdout.on('data', () => {
          if (stdout.includes(text)) resolve()
        })
        child.on('close', () => reject(new Error(`it never wrote "${text}", but:\n${stdout}${stderr}`)))
      }),
  }
}

export const runForger = (folder: string, ...args: readonly string[]): Promise<Finished> =>
  startForger(folder, ...args).finished

/** A new folder with 96 grey images of 6 x 6 in `images.idx`: `--data idx:images.idx`. */
export function folderWithImages(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forger-cli-'))
  writeImages(folder)
  return folder
}

export function writeImages(folder: string): void {
  const pixels = Array.from({ length: 96 * 36 }, (_, index) => (index * 37) % 256)
  writeFileSync(join(folder, 'images.idx'), idxBytes([96, 6, 6], pixels))
}
