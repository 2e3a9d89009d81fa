/** `node tools/tally.mjs FILE`: the last line of continuous integration, counted from what vitest's json reporter wrote. */
import { readFileSync } from 'node:fs'

/** @type {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */
const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
// A file that breaks before its first test has none to count: it counts as one itself.
const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
console.log(`${numPassedTests} passed, ${numFailedTests + broken.length} failed`)
