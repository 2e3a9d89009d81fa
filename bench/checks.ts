/**
 * `npm run bench:checks`: what it costs a run of the default recipe that its numbers are watched and its state is kept. A share is
 * the time of a look, or of a checkpoint, by the time between two of them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { saveCheckpoint } from '../src/runs/folder/checkpoint-node.ts'
import { completeOptions } from '../src/runs/options/complete-options.ts'
import { brokenVariables } from '../src/training/non-finite-variables.ts'
import { makeParts } from '../src/runs/folder/create-folder-node.ts'
import { prepareRun } from '../src/runs/opening/open-run-node.ts'
import { runFolderAt } from '../src/runs/folder/run-folder.ts'
import { secondsBetween } from '../src/training/train-steps-node.ts'
import { median } from './statistics.ts'

const rounds = 15
const stepsPerRound = 20

const path = mkdtempSync(join(tmpdir(), 'forger-checks-'))
const folder = runFolderAt(path)
await makeParts(folder)
const options = await completeOptions({})
const { trainer, close } = await prepareRun(options)
await trainer.train(100)

const times = { step: [] as number[], look: [] as number[], checkpoint: [] as number[] }
for (let round = 0; round < rounds; round++) {
  times.step.push((await milliseconds(() => trainer.train(stepsPerRound))) / stepsPerRound)
  times.look.push(await milliseconds(async () => brokenVariables(trainer)))
  const facts = { step: round, rollbacks: 0, run: '' }
  times.checkpoint.push(await milliseconds(() => saveCheckpoint(folder, trainer, facts)))
}
await close()
rmSync(path, { recursive: true })

const [step, look, checkpoint] = [times.step, times.look, times.checkpoint].map((values) => median(values))
const betweenCheckpoints = options.checkpointEvery * step
const rows = [
  ['a step', step, ''],
  ['a look at every number', look, share(look / (secondsBetween.scans * 1000) + look / betweenCheckpoints)],
  ['a checkpoint', checkpoint, share(checkpoint / betweenCheckpoints)],
] as const
for (const [what, time, cost] of rows) console.log(`${what.padEnd(24)}${time.toFixed(2).padStart(8)} ms  ${cost}`)

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

function share(part: number): string {
  return `${(100 * part).toFixed(2)} % of training`
}
