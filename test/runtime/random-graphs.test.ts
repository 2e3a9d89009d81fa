import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDevice } from '../../src/runtime/device.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { topological } from '../../src/tensor/graph.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { nodeEngine } from '../../src/wasm/threads-node.ts'
import { expressions } from '../tensor/expressions.ts'
import { compiled, compiledOn } from './compiled.ts'
import { exactGraphs } from './exact-graphs.ts'

const modes = fc.constantFrom(
  { strict: false, target: wasmTarget(128) } as const,
  { strict: true, target: wasmTarget(256) } as const,
)
/** -0 is 0. */
const plain = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value + 0)

describe('a compiled program of a random graph', () => {
  it('gives the numbers of the interpreter, all of them, where float32 is exact', async () => {
    const picks = fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(exactGraphs(40), picks, modes, async ({ tensors, feeds }, chosen, mode) => {
        // The last tensor twice, as any may be given out more than once.
        const outputs = [0, ...chosen, 0].map((back) => tensors[tensors.length - 1 - (back % tensors.length)])
        const { values } = await compiled(outputs, feeds, mode)
        interpret(outputs, feeds).forEach((expected, i) => expect(plain(values[i])).toEqual(plain(expected)))
      }),
      { numRuns: 400 },
    )
  }, 60_000)

  it('gives the same numbers on several threads', async () => {
    const device = createDevice(await nodeEngine(3), { strict: true, target: wasmTarget(256) })
    await fc.assert(
      fc.asyncProperty(exactGraphs(40), async ({ tensors, feeds }) => {
        const outputs = tensors.slice(-4)
        const { values } = await compiledOn(device, outputs, feeds)
        interpret(outputs, feeds).forEach((expected, i) => expect(plain(values[i])).toEqual(plain(expected)))
      }),
      { numRuns: 100 },
    )
    await device.engine.close()
  }, 60_000)

  it('gives the numbers of the interpreter to float32, transcendental functions included', async () => {
    await fc.assert(
      fc.asyncProperty(expressions('all', 24), modes, async ({ outputs, feeds }, mode) => {
        const order = topological(outputs)
        const everything = interpret(order, feeds)
        const largest = everything.reduce((most, values) => Math.max(most, ...values.map(Math.abs)), 1)
        const { values } = await compiled(outputs, feeds, mode)
        outputs.forEach((output, i) => {
          const expected = everything[order.indexOf(output)]
          expected.forEach((value, at) => expect(Math.abs(values[i][at] - value)).toBeLessThan(1e-5 * largest))
        })
      }),
      { numRuns: 400 },
    )
  }, 60_000)
})
