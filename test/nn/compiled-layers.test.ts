import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createDevice } from '../../src/runtime/device.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { literal, mul, sin, sum } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { nodeEngine } from '../../src/wasm/threads-node.ts'
import { compiled, compiledOn } from '../runtime/compiled.ts'
import { between } from '../runtime/operands.ts'
import { catalogue, feedsOf, smoothOf, use } from './catalogue.ts'
import type { Sample } from './catalogue.ts'

/** One number that depends on every element in another way. */
const project = (tensor: Tensor): Tensor =>
  sum(
    mul(
      sin(tensor),
      literal(
        Array.from({ length: sizeOf(tensor.shape) }, (_, i) => between(-1, 1)(i)),
        tensor.shape,
      ),
    ),
  )

/** A layer's output, its derivatives, and derivatives of those, with numbers for all that is fed. */
function everythingOf(sample: Sample): { outputs: Tensor[]; feeds: Map<Tensor, number[]> } {
  const used = use(sample, 'learning')
  const inputs = smoothOf(used)
  const first = gradients(project(used.output), inputs)
  const second = gradients(
    first.map(project).reduce((total, part) => mul(total, part)),
    inputs,
  )
  return { outputs: [used.output, ...first, ...second], feeds: feedsOf(used) }
}

const threaded = nodeEngine(2).then((engine) => createDevice(engine, { strict: true, target: wasmTarget(128) }))
afterAll(async () => (await threaded).engine.close())

/** That every compiled form gives the interpreter's numbers, and any number of threads the same ones. */
async function expectAgreement(outputs: readonly Tensor[], feeds: ReadonlyMap<Tensor, number[]>): Promise<void> {
  const expected = interpret(outputs, feeds)
  const { values: strict } = await compiled(outputs, feeds, { strict: true, target: wasmTarget(128) })
  const { values: wide } = await compiled(outputs, feeds, { strict: false, target: wasmTarget(256) })
  const { values: shared } = await compiledOn(await threaded, outputs, feeds)
  expect(shared).toEqual(strict)
  expected.forEach((numbers, i) => {
    const size = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    numbers.forEach((value, at) => {
      for (const result of [strict[i][at], wide[i][at]])
        if (!(Math.abs(result - value) <= 5e-5 * size)) expect.fail(`output ${i}[${at}] is ${result}, not ${value}`)
    })
  })
}

describe('compiled layers and their derivatives are those of the interpreter', () => {
  it.each(Object.entries(catalogue))('%s', (_name, samples) =>
    fc.assert(
      fc.asyncProperty(samples, (sample) => {
        const { outputs, feeds } = everythingOf(sample)
        return expectAgreement(outputs, feeds)
      }),
      { numRuns: 3 },
    ),
  )
})
