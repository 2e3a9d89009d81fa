import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import type { RunEvent, RunResult } from '../../src/training/run-event.ts'
import { parseLog } from '../../src/runs/folder/log-lines.ts'
import type { LogLine } from '../../src/runs/folder/log-lines.ts'
import { openRun } from '../../src/runs/opening/open-run-node.ts'
import { runOptions } from '../../src/runs/options/run-options.ts'
import type { RunOptions } from '../../src/runs/options/run-options.ts'
import type { Progress } from '../../src/training/run-progress.ts'
import { resumeRun } from '../../src/training/resume-run-node.ts'
import type { RunChanges } from '../../src/training/resume-run-node.ts'
import type { OpenRun } from '../../src/runs/opening/open-run.ts'
import { drawSamples } from '../../src/runs/samples/sample-picture-node.ts'
import { trainRun } from '../../src/training/train-run-node.ts'
import { idxBytes } from '../data/idx-bytes.ts'

export interface Seen {
  readonly events: readonly RunEvent[]
  readonly progress: readonly Progress[]
  /** Samples that were drawn after every chunk. */
  readonly drawn: readonly Uint8Array[]
  readonly result: RunResult
}

/** The step at which a run is asked to stop. */
interface Stop {
  readonly stopAt?: number
}

/** Runs in a temporary folder of the test file's own, on 40 colored images of 5 x 4, `images.idx`. */
export function runsInFolder() {
  let folder = ''
  beforeAll(() => {
    vi.stubEnv('FORGER_TUNE', '0')
    folder = mkdtempSync(join(tmpdir(), 'forger-run-'))
    writeFileSync(join(folder, 'images.idx'), idxBytes([40, 5, 4, 3], pixels))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
    vi.unstubAllEnvs()
  })
  const at = (...path: string[]) => join(folder, ...path)
  const read = (...path: string[]): Buffer => readFileSync(at(...path))
  return {
    at,
    read,
    /** Small options for this data, unless told otherwise. */
    optionsFor: (out: string, options: Partial<RunOptions>): RunOptions =>
      runOptions.parse({ data: `idx:${at('images.idx')}`, batch: 8, threads: 1, out: at(out), ...options }),
    async train(out: string, options: Partial<RunOptions>, stop: Stop = {}): Promise<Seen> {
      return follow(await openRun(this.optionsFor(out, options)), stop)
    },
    resume: async (out: string, changes: RunChanges = {}, stop: Stop = {}): Promise<Seen> =>
      follow(await resumeRun(at(out), changes), stop),
    logOf: (out: string): LogLine[] => parseLog(read(out, 'log.jsonl').toString()),
    filesOf: (...path: string[]): string[] =>
      readdirSync(at(...path), { recursive: true, encoding: 'utf8' }).toSorted(),
  }
}

const pixels = Array.from({ length: 40 * 5 * 4 * 3 }, (_, index) => (index * 71) % 256)

async function follow(run: OpenRun, { stopAt = Infinity }: Stop): Promise<Seen> {
  const [events, progress, drawn]: [RunEvent[], Progress[], Uint8Array[]] = [[], [], []]
  const controller = new AbortController()
  try {
    for await (const event of trainRun(run, controller.signal)) {
      events.push(event)
      if (event.kind !== 'progress') continue
      progress.push(event.progress)
      drawn.push((await drawSamples(run)).images)
      if (event.progress.step >= stopAt) controller.abort()
    }
  } finally {
    await run.close()
  }
  const last = events.at(-1)
  if (last?.kind !== 'end') throw new Error('a run without an end')
  return { events, progress, drawn, result: last.result }
}
