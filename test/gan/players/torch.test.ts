import { describe, expect, it } from 'vitest'
import { drawsOf, setTable } from './oracle.ts'
import type { Numbers, Played } from './oracle.ts'
import { fixtures, gameOf, penaltyOf, readFixture, stateOf } from './torch-fixture.ts'
import type { Fixture } from './torch-fixture.ts'

/** The state and report of every step. */
function playSteps(fixture: Fixture): Played[] {
  const { batch, data } = fixture.sizes
  const images = { values: new Float32Array(batch * data), shape: [batch, data], dtype: 'f32' as const }
  const { initial, traced, play } = setTable(gameOf(fixture), images)
  const { minibatches, latents } = drawsOf(traced)
  expect([minibatches.length, latents.length]).toEqual([1, 2])
  let state: Numbers = { ...initial, ...stateOf(fixture.initial) }
  return fixture.steps.map(({ real, discriminatorLatent, generatorLatent }) => {
    const feeds = new Map([
      [minibatches[0], Float32Array.from(real)],
      [latents[0], Float32Array.from(discriminatorLatent)],
      [latents[1], Float32Array.from(generatorLatent)],
    ])
    const played = play(state, feeds)
    state = played.state
    return played
  })
}

/** PyTorch's own float32 strays from float64 by up to 3e-7 (the fixtures' float64Deviation). */
const tolerance = 1e-6

describe.each(fixtures)('PyTorch on %s', (name) => {
  const fixture = readFixture(name)
  const played = playSteps(fixture)

  it('reports the same losses in every one of 20 steps', () => {
    fixture.steps.forEach((expected, step) => {
      const { report } = played[step]
      expect(Math.abs(report.discriminatorLoss - expected.discriminatorLoss)).toBeLessThan(tolerance)
      expect(Math.abs(report.generatorLoss - expected.generatorLoss)).toBeLessThan(tolerance)
      expect(Math.abs(report.penalty - penaltyOf(fixture, expected))).toBeLessThan(tolerance)
      expect(report.finite).toBe(1)
    })
  })

  it('ends with the same parameters and running statistics', () => {
    const { state } = played[19]
    for (const [key, values] of Object.entries(stateOf(fixture.final))) {
      expect(state[key]).toHaveLength(values.length)
      values.forEach((value, at) => expect(Math.abs(state[key][at] - value), `${key}[${at}]`).toBeLessThan(tolerance))
    }
  })
})
