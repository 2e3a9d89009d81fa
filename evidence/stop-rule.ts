/**
 * `npm run evidence:stop -- [--runs FOLDER] [NAME ...]`: plays games that go well and games that go wrong until they stop by themselves,
 * then lets each go on to a budget to see what stopping has cost, and writes what came of it to docs/results.md; where names are
 * given, it only plays those. It can be stopped and started again at any time.
 */
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkText } from '../src/cli/text/check-text.ts'
import type { RunResult } from '../src/training/run-event.ts'
import { openRun } from '../src/runs/opening/open-run-node.ts'
import type { RunInput } from '../src/runs/options/run-options.ts'
import { resumeRun } from '../src/training/resume-run-node.ts'
import type { OpenRun } from '../src/runs/opening/open-run.ts'
import { trainRun } from '../src/training/train-run-node.ts'
import { UserError } from '../src/tensor/errors.ts'
import { findRun } from './image-runs.ts'
import { writeSection } from './results-page.ts'
import { outcomeOf, stopSection } from './stop-section.ts'
import { plannedRuns } from './stop-runs.ts'

const { values: told, positionals: names } = parseArgs({
  options: { runs: { type: 'string', default: 'runs/evidence-stop' } },
  allowPositionals: true,
})

/** More than any run has checks: then it goes on to its budget. */
const endless = 1000

try {
  const stranger = names.find((name) => plannedRuns.every((run) => run.name !== name))
  if (stranger !== undefined) throw new UserError(`No run is planned by the name of ${stranger}.`)
  const rows = []
  for (const { name, about, options } of plannedRuns) {
    if (names.length > 0 && !names.includes(name)) continue
    const path = join(told.runs, name)
    await play(path, { ...options, stop: 'auto', sampleEvery: 2500 })
    rows.push({ about, outcome: await outcomeOf(path) })
  }
  if (names.length > 0) console.log(stopSection(rows))
  else await writeSection('docs/results.md', 'stop', stopSection(rows))
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

/** Plays a run until it stops by itself, and then on to its budget, from wherever it is. */
async function play(path: string, options: RunInput): Promise<void> {
  const found = await findRun(path)
  if (found && found.step === found.steps) return
  const first = await trainToEnd(found ? await resumeRun(path) : await openRun({ ...options, out: path }))
  if (first.reason !== 'stopped') return
  const { end, kept } = await outcomeOf(path)
  if (end.step !== first.step || kept.step !== first.kept) throw new Error(`${path} does not say how it ended`)
  await trainToEnd(await resumeRun(path, { patience: endless }))
}

async function trainToEnd(run: OpenRun): Promise<RunResult> {
  const name = basename(run.folder.path)
  try {
    for await (const event of trainRun(run)) {
      if (event.kind === 'check') console.log(`${name}: ${checkText(event)}`)
      if (event.kind === 'end') return event.result
    }
  } finally {
    await run.close()
  }
  throw new Error('a run without an end')
}
