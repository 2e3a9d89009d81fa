import fc from 'fast-check'
import { expect } from 'vitest'
import { compile } from '../../src/runtime/compile.ts'
import { read } from '../../src/runtime/device.ts'
import type { Device } from '../../src/runtime/device.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { sum } from '../../src/tensor/operations/index.ts'
import { sameShape } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { onDevice } from './compiled.ts'
import { exactGraphs, tame } from './exact-graphs.ts'

/** That the states of random graphs are what the interpreter makes of them, over several steps; `RUNS` says how many graphs. */
export async function expectInterpretedStates(open: () => Device, runs: number): Promise<void> {
  const picks = fc.array(fc.tuple(fc.nat(1000), fc.nat(3)), { minLength: 12, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(exactGraphs(40), picks, async ({ tensors, inputs, feeds }, chosen) => {
      const device = open()
      const fits = (state: Tensor) =>
        tensors.filter(({ shape, dtype }) => dtype === state.dtype && sameShape(shape, state.shape))
      // Of each state: nothing, another one or its like, or what was computed, brought back to the states' range.
      const after = inputs.map((state, i) => {
        const [pick, kind] = chosen[i]
        const from = fits(state)
        const tensor = from[pick % from.length]
        return kind === 0
          ? state
          : inputs.includes(tensor) || tensor.dtype === 'u8'
            ? tensor
            : tame({ tensor, digits: 0, most: 0 }).tensor
      })
      const { inputs: variables, traced } = onDevice(device, after, feeds)
      const program = await compile(device, {
        updates: variables.map((variable, i) => [variable, traced[i]]),
        report: { one: sum(variables[0].tensor) },
      })
      let before = new Map(feeds)
      for (let step = 0; step < 3; step++) {
        const expected = interpret(after, before).map((values) => Array.from(values, (value) => value + 0))
        const [{ one }] = await program.run()
        expect(one).toBe([...(before.get(inputs[0]) ?? [])].reduce((a, b) => a + b, 0))
        variables.forEach((variable, i) =>
          expect(
            Array.from(read(device, variable), (value) => value + 0),
            `state ${i}, step ${step}`,
          ).toEqual(expected[i]),
        )
        before = new Map(inputs.map((state, i) => [state, expected[i]]))
      }
    }),
    { numRuns: Number(process.env.RUNS ?? runs) },
  )
}
