import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Adds files, given as path -> text, to `folder`. */
function writeTree(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** A new temporary folder with these files. */
export function makeTree(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'forger-tree-'))
  writeTree(folder, files)
  return folder
}

export interface Outcome {
  status: number | null
  output: string
}

/** Runs Node to its end; `output` is what it wrote to stdout, then to stderr. */
export function runNode(...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { status, output: stdout + stderr }
}
