import { describe, expect, it } from 'vitest'
import { compile } from '../../src/runtime/compile.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import type { Variable } from '../../src/runtime/device.ts'
import { leavesOf } from '../../src/tensor/tree.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { drawsOf, setTable } from '../gan/players/oracle.ts'
import { fixtures, gameOf, penaltyOf, readFixture, stateOf } from '../gan/players/torch-fixture.ts'
import type { Fixture } from '../gan/players/torch-fixture.ts'
import { withInputs } from './compiled.ts'

/** Plays the fixture's steps with its draws in a compiled program: the report of each, and the state's final numbers. */
async function play(fixture: Fixture, strict: boolean) {
  const { batch, data } = fixture.sizes
  const images = { values: new Float32Array(batch * data), shape: [batch, data], dtype: 'f32' as const }
  const { initial, inputs, traced } = setTable(gameOf(fixture), images)
  const device = createDevice(inlineEngine(), { strict })
  const start = { ...initial, ...stateOf(fixture.initial) }
  const variables = new Map<string, Variable>()
  const state = leavesOf(inputs).map(([name, tensor]) => {
    const variable = device.variable(name, tensor.shape, tensor.dtype)
    write(device, variable, start[name])
    variables.set(name, variable)
    return [tensor, variable.tensor] as const
  })
  const { minibatches, latents } = drawsOf(traced)
  const draws = [minibatches[0], latents[0], latents[1]]
  const fed = draws.map(({ shape }, i) => device.variable(`draw${i}`, shape))
  const leaves = leavesOf(traced.state)
  const reports = Object.entries(traced.report)
  const outputs = withInputs(
    [...leaves.map(([, tensor]) => tensor), ...reports.map(([, tensor]) => tensor)],
    new Map([...state, ...draws.map((draw, i) => [draw, fed[i].tensor] as const)]),
  )
  const updates = leaves.flatMap(([name], i) => {
    const variable = variables.get(name)
    return variable ? [[variable, outputs[i]] as const] : []
  })
  const report = Object.fromEntries(reports.map(([name], i) => [name, outputs[leaves.length + i]]))
  const program = await compile(device, { updates, report })
  const played: Record<string, number>[] = []
  for (const { real, discriminatorLatent, generatorLatent } of fixture.steps) {
    ;[real, discriminatorLatent, generatorLatent].forEach((values, i) => write(device, fed[i], values))
    played.push(...(await program.run()))
  }
  return { played, final: new Map([...variables].map(([name, variable]) => [name, read(device, variable)])) }
}

/** Relative to the larger of the expected number and the typical size of its kind. */
const near = (value: number, expected: number, typical: number): boolean =>
  Math.abs(value - expected) <= 1e-4 * Math.max(Math.abs(expected), typical)

describe.each(fixtures)('a compiled program plays %s as PyTorch does', (name) => {
  const fixture = readFixture(name)

  it.each([false, true])('strict: %s', async (strict) => {
    const { played, final } = await play(fixture, strict)
    fixture.steps.forEach((expected, step) => {
      const { discriminatorLoss, generatorLoss, penalty, finite } = played[step]
      expect(near(discriminatorLoss, expected.discriminatorLoss, 0), `discriminator's loss of step ${step}`).toBe(true)
      expect(near(generatorLoss, expected.generatorLoss, 0), `generator's loss of step ${step}`).toBe(true)
      expect(near(penalty, penaltyOf(fixture, expected), 0), `penalty of step ${step}`).toBe(true)
      expect(finite).toBe(1)
    })
    const start = stateOf(fixture.initial)
    for (const [key, expected] of Object.entries(stateOf(fixture.final))) {
      const values = final.get(key) ?? []
      const typical = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / expected.length)
      expected.forEach((value, at) => {
        // A gradient that is exactly zero, as of the relativistic loss by a bias that shifts all logits alike, is only rounding in float32,
        // which Adam magnifies: it divides by its size.
        if (value === start[key][at]) return
        expect(near(values[at], value, typical), `${key}[${at}]: ${values[at]}, not ${value}`).toBe(true)
      })
    }
  })
})
