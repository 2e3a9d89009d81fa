import { describe, expect, it } from 'vitest'
import { seededRandom } from './seeded-random.ts'
import { killRuns } from './killing.ts'

describe('kill -9', () => {
  it(
    'at any moment loses nothing: the run goes on to the bytes of an undisturbed one',
    { timeout: 120_000 },
    async () => {
      const { kills, runs } = await killRuns(8, seededRandom(1), () => {})
      expect(kills).toBe(8)
      expect(runs).toBeGreaterThan(0)
    },
  )
})
