import { describe, expect, it } from 'vitest'
import { runChild } from './child.ts'
import type { Outcome } from './small-game.ts'

interface Trained extends Outcome {
  readonly strict: boolean
  readonly threads: number
}

async function train(bits: 128 | 256, flags: string[]): Promise<Trained[]> {
  const { status, stdout, stderr } = await runChild('determinism-child.ts', [`${bits}`, '200'], 110, flags)
  expect([status, stderr]).toEqual([0, ''])
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('200 steps of a game', () => {
  it('leave the same bytes whatever the number of threads and the width of vectors', async () => {
    // The second without V8's quick compiler, so that all code has wide vectors from the start.
    const trained = (await Promise.all([train(128, []), train(256, ['--no-liftoff'])])).flat()
    expect(trained.map(({ strict, threads }) => `${strict} ${threads}`)).toHaveLength(16)
    expect(trained.every(({ finite }) => finite)).toBe(true)
    const hashes = (wished: boolean) =>
      new Set(trained.filter(({ strict }) => strict === wished).map(({ hash }) => hash))
    expect(hashes(true).size).toBe(1)
    expect(hashes(false).size).toBe(1)
    // Both modes train alike, though not to the same bytes where multiply-add is fused.
    const losses = trained.map(({ discriminatorLoss }) => discriminatorLoss)
    expect(Math.max(...losses) - Math.min(...losses)).toBeLessThan(0.05)
  }, 120_000)
})
