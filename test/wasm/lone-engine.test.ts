import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/runtime/compile.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import { add, concat, literal, matmul, mul, sum } from '../../src/tensor/operations/index.ts'
import { range } from '../../src/tensor/shape.ts'
import { loneEngine } from '../../src/wasm/lone-engine.ts'
import { threadWork } from '../../src/wasm/thread.ts'
import type { FromThread, Thread } from '../../src/wasm/thread.ts'
import { compiled, onDevice } from '../runtime/compiled.ts'
import { exactGraphs } from '../runtime/exact-graphs.ts'

/** A worker's work, done here; messages are copied as a real worker's are. */
function spawnHere(): Thread {
  const work = threadWork()
  let listener: (answer: FromThread) => void = () => {}
  return {
    post: (message) => void work(structuredClone(message)).then((answer) => listener(structuredClone(answer))),
    onAnswer: (other) => void (listener = other),
    onEnd: () => {},
    keepAlive: () => {},
    terminate: async () => {},
  }
}

describe('an engine whose thread has a memory of its own', () => {
  it('gives the same numbers as one that shares', async () => {
    await fc.assert(
      fc.asyncProperty(exactGraphs(20), async ({ tensors, feeds }) => {
        const outputs = tensors.slice(-3)
        const { values } = await compiled(outputs, feeds)
        const device = createDevice(await loneEngine(spawnHere))
        const { traced } = onDevice(device, outputs, feeds)
        const results = traced.map(({ shape, dtype }) => device.variable('result', shape, dtype))
        await (await compile(device, { updates: results.map((result, i) => [result, traced[i]]), report: {} })).run()
        expect(results.map((result) => Array.from(read(device, result)))).toEqual(values)
      }),
      { numRuns: 40 },
    )
  })

  it('sees what is written between runs, keeps its state, and reports', async () => {
    const device = createDevice(await loneEngine(spawnHere))
    const [state, given] = [device.variable('state', [2, 2]), device.variable('given', [2, 2])]
    write(device, state, [1, 0, 0, 1])
    write(device, given, [1, 2, 3, 4])
    const table = literal([10, 20], [2])
    const grow = await compile(device, {
      updates: [[state, add(matmul(state.tensor, given.tensor), table)]],
      report: { total: sum(state.tensor) },
    })
    expect(await grow.run()).toEqual([{ total: 2 }])
    expect([...read(device, state)]).toEqual([11, 22, 13, 24])
    write(device, given, [0, 1, 1, 0])
    expect(await grow.run(2)).toEqual([{ total: 70 }, { total: 130 }])
    expect([...read(device, state)]).toEqual([41, 52, 43, 54])
  })

  it('lets other programs be compiled and written for while one runs, and grows its memory', async () => {
    const device = createDevice(await loneEngine(spawnHere))
    const x = device.variable('x', [1000])
    write(device, x, range(1000))
    const double = await compile(device, { updates: [[x, mul(x.tensor, 2)]], report: {} })
    const running = double.run(3)
    const wide = device.variable('wide', [70_000])
    const joined = await compile(device, {
      updates: [[wide, concat([x.tensor, literal(range(69_000), [69_000])])]],
      report: {},
    })
    await running
    await joined.run()
    const values = read(device, wide)
    expect([values[1], values[999], values[1001], values[69_999]]).toEqual([8, 7992, 1, 68_999])
  })
})
