/**
 * `npm run evidence:toys -- [--runs FOLDER] [--seeds N] [--threads N] [TOY ...]`: plays the recipe `points` on toys whose modes are known, with
 * every objective, and writes what came of it to docs/results.md and docs/images/toys.png. It can be stopped and started again at
 * any time; told to play some toys alone, as two of these at once may be, it writes nothing yet.
 */
import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { writeSection } from './results-page.ts'
import { allGames, outcomeOf } from './toys-runs.ts'
import type { ToyOutcome } from './toys-runs.ts'
import { toysPanels, toysSection } from './toys-section.ts'
import { writeToysPicture } from './toys-picture.ts'

const { values: told, positionals: toys } = parseArgs({
  options: {
    /** Where it is kept what was played. */
    runs: { type: 'string', default: 'runs/evidence-toys' },
    seeds: { type: 'string', default: '5' },
    /** All cores unless told. */
    threads: { type: 'string' },
  },
  allowPositionals: true,
})

await mkdir(told.runs, { recursive: true })
const games = allGames(Number(told.seeds)).filter(({ toy }) => toys.length === 0 || toys.includes(toy))
const outcomes: ToyOutcome[] = []
for (const game of games) {
  const outcome = await outcomeOf(game, told.runs, told.threads === undefined ? undefined : Number(told.threads))
  const { toy, objective, penalties, seed, found, quietSeconds } = outcome
  console.log(
    `${toy}, ${objective} ${penalties} penalties, seed ${seed}: ${found.covered} of ${found.modes} modes, ` +
      `${(100 * found.near).toFixed(1)} % near, ${quietSeconds.toFixed(1)} s`,
  )
  outcomes.push(outcome)
}
if (toys.length === 0) {
  await writeToysPicture('docs/images/toys.png', toysPanels(outcomes))
  await writeSection('docs/results.md', 'toys', toysSection(outcomes, 'images/toys.png'))
}
