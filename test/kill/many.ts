/** `npm run evidence:kill [kills] [seed]`: kills a real run at 200 random moments; see docs/robustness.md. */
import { killRuns } from './killing.ts'
import { seededRandom } from './seeded-random.ts'

const [kills = 200, seed = 1] = process.argv.slice(2).map(Number)
const begin = performance.now()
const result = await killRuns(kills, seededRandom(seed), (line) => console.log(line))
const minutes = ((performance.now() - begin) / 60_000).toFixed(1)
console.log(
  `${result.kills} kills in ${result.runs} runs (${minutes} minutes, seed ${seed}): ${result.early} before the run had begun, ` +
    `${result.afterCheckpoint} after its first checkpoint, ${result.cutWrites} in the middle of writing a file; every run ended with the bytes of an undisturbed one.`,
)
