/**
 * `npm run evidence:images -- [--runs FOLDER] [--judge-only] [NAME ...]`: trains the runs that docs/results.md tells of, or goes on with
 * them, then judges them and writes their sections. It can be stopped and started again at any time.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openNodeDevice } from '../src/runtime/open-node.ts'
import { UserError } from '../src/tensor/errors.ts'
import { findRun, plannedRuns, trainToEnd } from './image-runs.ts'
import type { FoundRun } from './image-runs.ts'
import { judgeRuns, keptClassifiers } from './judge-runs.ts'

const { values: told, positionals: names } = parseArgs({
  options: {
    /** Where the runs are, or are to be. */
    runs: { type: 'string', default: 'runs/evidence' },
    /** Where `npm run evidence:photographs` has put its tiles. */
    photographs: { type: 'string', default: 'runs/photographs' },
    /** Judges runs as they are. */
    'judge-only': { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const tell = (line: string) => console.log(line)

try {
  const runs = await gatherRuns()
  const device = await openNodeDevice()
  try {
    const pictures = { folder: 'docs/images', link: 'images' }
    const judging = {
      device,
      seed: 1,
      samples: null,
      secondsOfTrial: 30,
      pictures,
      classifierOf: keptClassifiers(device, tell),
      tell,
    }
    await judgeRuns('docs/results.md', runs, judging)
  } finally {
    await device.engine.close()
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

/** The runs that are wanted, trained to their end unless they are to be judged as they are. */
async function gatherRuns(): Promise<FoundRun[]> {
  const planned = plannedRuns(told.photographs)
  const runs: FoundRun[] = []
  for (const name of names.length > 0 ? names : Object.keys(planned)) {
    const path = join(told.runs, name)
    if (!told['judge-only']) await trainToEnd(path, planned[name] ?? null, tell)
    const run = await findRun(path)
    if (run) runs.push(run)
    else tell(`There is no run with a checkpoint in ${path}; it is left out.`)
  }
  return runs
}
