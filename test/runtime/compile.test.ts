import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/runtime/compile.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import * as t from '../../src/tensor/operations/index.ts'
import { range } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { compiled, compiledOn } from './compiled.ts'
import { exactGraphs } from './exact-graphs.ts'
import { assertAgreement, operand, wholeNumbers } from './operands.ts'
import type { Feed } from './operands.ts'

describe('a program', () => {
  const device = () => createDevice(inlineEngine())

  it('does small repeated work in time that does not double with every repetition', async () => {
    let x: Tensor = t.input('x', [9])
    const feed: Feed = [x, range(9)]
    for (let i = 0; i < 40; i++) x = t.tanh(t.sub(x, t.mul(x, t.cos(x))))
    await assertAgreement([t.sum(x)], [feed], 1e-4)
  })

  it('takes long chains, in several kernels if need be', async () => {
    const { tensor, feed } = operand([5, 7], 'plain', wholeNumbers)
    const chain = (step: (x: Tensor, i: number) => Tensor) => range(3000).reduce(step, tensor)
    await assertAgreement([chain((x, i) => t.sub(t.neg(x), i % 3)), t.sum(chain((x) => t.max(t.neg(x), -4)))], [feed])
  })

  it('stands anywhere in 4 GB', async () => {
    const own = device()
    own.allocate(2 ** 31 + 2 ** 30)
    await fc.assert(
      fc.asyncProperty(exactGraphs(30), async ({ tensors, feeds }) => {
        const outputs = tensors.slice(-4)
        const { values } = await compiledOn(own, outputs, feeds)
        expect(values).toEqual((await compiled(outputs, feeds)).values)
      }),
      { numRuns: 40 },
    )
    expect(() => own.variable('more', [2 ** 28])).toThrow('more than the 4 GB')
  })

  it('tells variables of one name apart', async () => {
    const feeds: Feed[] = [
      [t.input('x', [3]), [1, 2, 3]],
      [t.input('x', [3]), [10, 20, 30]],
    ]
    await assertAgreement([t.sub(feeds[0][0], feeds[1][0])], feeds)
  })

  it('reports every step', async () => {
    const own = device()
    const count = own.variable('count', [], 'i32')
    const program = await compile(own, {
      updates: [[count, t.add(count.tensor, 1)]],
      report: { before: count.tensor, half: t.mul(t.cast(count.tensor, 'f32'), 0.5), two: t.constant(2) },
    })
    expect(await program.run(3)).toEqual([
      { before: 0, half: 0, two: 2 },
      { before: 1, half: 0.5, two: 2 },
      { before: 2, half: 1, two: 2 },
    ])
    // More steps than the log holds.
    expect((await program.run(600)).map(({ before }) => before)).toEqual(range(600).map((i) => i + 3))
    expect(await program.run(0)).toEqual([])
    const atOnce = await Promise.all([program.run(2), program.run(2)])
    expect(atOnce.flat().map(({ before }) => before)).toEqual([603, 604, 605, 606])
  })

  it('shares the memory of temporaries with others on its device', async () => {
    const own = device()
    const x = own.variable('x', [40, 40])
    const [y, z] = [own.variable('y', [40, 40]), own.variable('z', [40])]
    write(
      own,
      x,
      range(1600).map((i) => i % 7),
    )
    const small = await compile(own, { updates: [[z, t.sum(t.matmul(x.tensor, x.tensor), { axes: [0] })]], report: {} })
    const large = await compile(own, {
      updates: [[y, t.matmul(t.matmul(x.tensor, x.tensor), t.concat([t.neg(x.tensor), x.tensor]).inputs[0])]],
      report: {},
    })
    await small.run()
    const first = [...read(own, z)]
    await large.run()
    await small.run()
    expect([...read(own, z)]).toEqual(first)
  })

  it.each<[string, (x: Tensor) => Tensor, string]>([
    ['another shape', (x) => t.reshape(x, [3, 2]), `the variable 'x' is f32[2, 3] and cannot become f32[3, 2]`],
    ['another type', (x) => t.cast(x, 'i32'), `the variable 'x' is f32[2, 3] and cannot become i32[2, 3]`],
  ])('refuses to give a variable %s', async (_, change, message) => {
    const own = device()
    const x = own.variable('x', [2, 3])
    await expect(compile(own, { updates: [[x, change(x.tensor)]], report: {} })).rejects.toThrow(message)
  })

  it('refuses two updates of one variable, reports that are no scalars, other devices and empty tensors', async () => {
    const own = device()
    const x = own.variable('x', [2, 3])
    const foreign = device().variable('y', [2, 3]).tensor
    await expect(
      compile(own, {
        updates: [
          [x, foreign],
          [x, x.tensor],
        ],
        report: {},
      }),
    ).rejects.toThrow('updated twice')
    await expect(compile(own, { updates: [], report: { x: x.tensor } })).rejects.toThrow(`the report 'x' is no scalar`)
    await expect(compile(own, { updates: [[x, foreign]], report: {} })).rejects.toThrow(
      `the input 'y' is no variable of this device`,
    )
    await expect(
      compile(own, { updates: [], report: { x: t.sum(t.slice(x.tensor, [0, 0], [0, 3])) } }),
    ).rejects.toThrow('without elements')
  })
})
