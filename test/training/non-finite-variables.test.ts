import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brokenVariables } from '../../src/training/non-finite-variables.ts'
import { createDevice, write } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

describe('brokenVariables', () => {
  it('names exactly those with a NaN or an infinity among their floats', () => {
    const numbers = fc.oneof(
      fc.float({ noDefaultInfinity: true, noNaN: true }),
      fc.constantFrom(0, -0, 2 ** -149, (2 - 2 ** -23) * 2 ** 127),
    )
    const arrays = fc.array(
      fc.array(fc.oneof({ weight: 20, arbitrary: numbers }, fc.constantFrom(NaN, Infinity, -Infinity)), {
        minLength: 1,
      }),
      { minLength: 1, maxLength: 5 },
    )
    fc.assert(
      fc.property(arrays, (contents) => {
        const device = createDevice(inlineEngine())
        const variables = new Map(
          contents.map((values, index) => {
            const variable = device.variable(`v${index}`, [values.length])
            write(device, variable, values)
            return [`v${index}`, variable]
          }),
        )
        variables.set('counter', device.variable('counter', [1], 'i32'))
        write(device, variables.get('counter') ?? device.variable('', []), [0x7f80_0000])
        const expected = contents.flatMap((values, index) => (values.every(Number.isFinite) ? [] : [`v${index}`]))
        expect(brokenVariables({ device, variables })).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })
})
