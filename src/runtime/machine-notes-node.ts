import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus, homedir } from 'node:os'
import { join } from 'node:path'
import { isSound } from '../wasm/tiling.ts'
import type { VectorBits } from '../wasm/target.ts'
import type { Tiling } from '../wasm/tiling.ts'
import type { KnownTilings } from './tuning.ts'

/** What was found out by timing, for one processor and one version of Node. */
export interface MachineNotes {
  readonly bits?: VectorBits
  readonly tilings: KnownTilings
}

/** Changes when notes of an older Forger no longer fit. */
const version = 1

function fileOfNotes(): string {
  const folder = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const machine = `${cpus()[0]?.model ?? 'unknown'} ${process.version} ${version}`.replace(/[^A-Za-z0-9.]+/g, '-')
  return join(folder, 'forger', `kernels-${machine}.json`)
}

/** Notes of earlier runs; empty ones where there are none or they cannot be read, as they only save time. */
export function readNotes(): MachineNotes {
  try {
    const notes: unknown = JSON.parse(readFileSync(fileOfNotes(), 'utf8'))
    return isNotes(notes) ? notes : { tilings: {} }
  } catch {
    return { tilings: {} }
  }
}

/** Keeps notes for the next run; a folder that cannot be written only means that the next run times again. */
export function writeNotes(notes: MachineNotes): void {
  const file = fileOfNotes()
  try {
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(notes))
    renameSync(`${file}.${process.pid}`, file)
  } catch {
    // Nothing is lost but time.
  }
}

function isNotes(notes: unknown): notes is MachineNotes {
  if (typeof notes !== 'object' || notes === null || !('tilings' in notes)) return false
  const { tilings } = notes
  if ('bits' in notes && notes.bits !== 128 && notes.bits !== 256) return false
  return typeof tilings === 'object' && tilings !== null && Object.values(tilings).every(isTiling)
}

/** A damaged note must not reach the compiler. */
function isTiling(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map<string, unknown>(Object.entries(value))
  const whole = (name: keyof Tiling): number => {
    const field = fields.get(name)
    return typeof field === 'number' && Number.isInteger(field) ? field : 0
  }
  return isSound({
    registers: whole('registers'),
    vectors: whole('vectors'),
    unroll: whole('unroll'),
    depth: whole('depth'),
    rows: whole('rows'),
    columns: whole('columns'),
  })
}
