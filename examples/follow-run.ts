/**
 * A whole run, followed by a program: `node examples/follow-run.ts [steps] [folder]`. What is learned lies in the folder, with
 * checkpoints; started again, it goes on where it was. Ctrl-C (or any AbortSignal) ends it in good order.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openRun, resumeRun, trainRun } from 'forger-gan'

const steps = Number(process.argv[2] ?? 300)
const out = process.argv[3] ?? 'followed-run'
const run = existsSync(join(out, 'options.json'))
  ? await resumeRun(out, { steps })
  : await openRun({ recipe: 'mlp', data: 'mnist', steps, sampleEvery: 100, out })
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())

for await (const event of trainRun(run, stop.signal)) {
  if (event.kind === 'log') console.log(`step ${event.line.step}: D(G(z)) ${event.line.scalars.fakeScore.toFixed(2)}`)
  if (event.kind === 'samples') console.log(`look at ${event.path}`)
  if (event.kind === 'rollback') console.log(event.line.rollback)
  if (event.kind === 'end') console.log(`${event.result.step} steps, ended by ${event.result.reason}`)
}
await run.close()
