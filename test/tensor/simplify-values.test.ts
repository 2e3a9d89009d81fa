import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { topological } from '../../src/tensor/graph.ts'
import { add, sum } from '../../src/tensor/operations/index.ts'
import { sameShape } from '../../src/tensor/shape.ts'
import { simplify } from '../../src/tensor/simplify.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expressions } from './expressions.ts'

/** Fails where a simplified tensor differs by more than 1e-9 of the largest number that the computation meets. */
function expectSameValues(outputs: readonly Tensor[], feeds: ReadonlyMap<Tensor, number[]>): void {
  const simplified = simplify(outputs)
  const everything = interpret(topological(outputs), feeds)
  const scale = everything.reduce(
    (largest, values) => values.reduce((m, value) => Math.max(m, Math.abs(value)), largest),
    1,
  )
  const expected = interpret(outputs, feeds)
  const actual = interpret(simplified, feeds)
  outputs.forEach((output, index) => {
    expect(sameShape(simplified[index].shape, output.shape)).toBe(true)
    expect(simplified[index].dtype).toBe(output.dtype)
    const worst = expected[index].reduce((m, value, i) => Math.max(m, Math.abs(value - actual[index][i])), 0)
    expect(worst).toBeLessThanOrEqual(1e-9 * scale)
  })
}

describe('simplify keeps values', () => {
  it('of random graphs', () => {
    fc.assert(
      fc.property(expressions('all'), ({ outputs, feeds }) => expectSameValues(outputs, feeds)),
      { numRuns: 1500 },
    )
  })

  it('of first and second derivatives of random graphs', () => {
    fc.assert(
      fc.property(expressions('smooth', 8), ({ outputs, inputs, feeds }) => {
        const first = gradients(sum(outputs[0]), inputs)
        const second = gradients(
          first.map((g) => sum(g)).reduce((total, g) => add(total, g)),
          inputs,
        )
        expectSameValues([...first, ...second], feeds)
      }),
      { numRuns: 300 },
    )
  })

  it('and finds nothing to do the second time', () => {
    fc.assert(
      fc.property(expressions('all'), ({ outputs }) => {
        const once = simplify(outputs)
        simplify(once).forEach((tensor, index) => expect(tensor).toBe(once[index]))
      }),
      { numRuns: 300 },
    )
  })
})
