import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { afterAll, describe, expect, it } from 'vitest'
import type { LoadedStep } from '../../src/runtime/accelerator.ts'
import { compile } from '../../src/runtime/compile.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import { ortAccelerator } from '../../src/runtime/ort.ts'
import type { OrtLibrary } from '../../src/runtime/ort.ts'
import { add, mul, randomUniform, sum } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { all } from '../recipes/small.ts'
import { difference, openSmallGame, outcomeAfter } from './accelerated-game.ts'
import { expectInterpretedStates } from './interpreted-states.ts'

/** ONNX Runtime's CPU: all of an accelerator but its speed. */
const library: OrtLibrary = { InferenceSession, Tensor: OrtTensor }
const accelerator = ortAccelerator(library, 'cpu')
afterAll(() => accelerator.close())

const acceleratedDevice = () => createDevice(inlineEngine(), { strict: true, accelerator })

describe('a step with an accelerator', () => {
  it('makes of any graph what the interpreter does, over several steps', async () => {
    await expectInterpretedStates(acceleratedDevice, 40)
  }, 60_000)

  const counted = async () => {
    const device = acceleratedDevice()
    const [weight, scale] = [device.variable('weight', [3]), device.variable('scale', [])]
    const [count, seed] = [device.variable('count', [], 'i32'), device.variable('seed', [2], 'i32')]
    write(device, weight, [1, 2, 3])
    write(device, scale, [2])
    const program = await compile(device, {
      updates: [
        [weight, mul(weight.tensor, scale.tensor)],
        [count, add(count.tensor, 1)],
      ],
      report: {
        host: count.tensor,
        theirs: sum(weight.tensor),
        drawn: sum(randomUniform({ seed: seed.tensor, step: count.tensor }, 0, [4])),
      },
    })
    return { device, weight, scale, count, program }
  }

  it('reports what either side knows, under the names and in the order that were told', async () => {
    const { program } = await counted()
    const rows = await program.run(3)
    expect(rows.map(({ host, theirs }) => [host, theirs])).toEqual([
      [0, 6],
      [1, 12],
      [2, 24],
    ])
    expect(Object.keys(rows[0])).toEqual(['host', 'theirs', 'drawn'])
    expect(new Set(rows.map(({ drawn }) => drawn)).size).toBe(3)
    expect(await program.run(0)).toEqual([])
  })

  it('holds the state on the device after every run, and sees what is written in between', async () => {
    const { device, weight, scale, count, program } = await counted()
    await program.run(2)
    expect([...read(device, weight)]).toEqual([4, 8, 12])
    expect([...read(device, count)]).toEqual([2])
    write(device, scale, [0.5])
    await program.run()
    expect([...read(device, weight)]).toEqual([2, 4, 6])
    write(device, weight, [10, 20, 30])
    // The calls take their turns.
    await Promise.all([program.run(), program.run()])
    expect([...read(device, weight)]).toEqual([2.5, 5, 7.5])
  })

  it('sees what other programs write, with and without the accelerator', async () => {
    const { device, weight, scale, program } = await counted()
    await program.run()
    const reset = await compile(device, {
      updates: [[weight, mul(scale.tensor, randomLike(scale.tensor))]],
      report: {},
    })
    const halve = await compile(device, { updates: [[weight, mul(weight.tensor, 0.5)]], report: {} })
    await reset.run()
    const drawn = [...read(device, weight)]
    await program.run()
    await halve.run()
    await program.run(2)
    expect([...read(device, weight)]).toEqual(drawn.map((value) => value * 4))

    function randomLike(shape: Tensor) {
      const zero = device.variable('zero', [2], 'i32')
      return add(
        randomUniform({ seed: zero.tensor, step: device.variable('step', [], 'i32').tensor }, 0, [3]),
        mul(shape, 0),
      )
    }
  })

  it('does not go on after its accelerator failed, as nobody knows from where', async () => {
    const device = createDevice(inlineEngine(), {
      accelerator: {
        ...accelerator,
        async load(model) {
          let runs = 0
          const step = await accelerator.load(model)
          const run: LoadedStep['run'] = async (feeds) => {
            if (++runs === 2) throw new Error('the GPU is gone')
            return step.run(feeds)
          }
          return { ...step, run }
        },
      },
    })
    const weight = device.variable('weight', [2])
    write(device, weight, [1, -3])
    const program = await compile(device, { updates: [[weight, mul(weight.tensor, 2)]], report: {} })
    await program.run()
    await expect(program.run(2)).rejects.toThrow('the GPU is gone')
    await expect(program.run()).rejects.toThrow('the GPU is gone')
    expect([...read(device, weight)]).toEqual([2, -6])
  })

  it('needs no part for the threads', async () => {
    const device = acceleratedDevice()
    const weight = device.variable('weight', [2])
    write(device, weight, [1, -3])
    const program = await compile(device, { updates: [[weight, mul(weight.tensor, 2)]], report: {} })
    expect(await program.run(3)).toEqual([{}, {}, {}])
    expect([...read(device, weight)]).toEqual([8, -24])
  })
})

describe('ONNX Runtime', () => {
  it('is asked for one thing at a time, which is all that it can do in a page', async () => {
    let [busy, most, created] = [0, 0, 0]
    const alone = async <T>(work: () => Promise<T>): Promise<T> => {
      most = Math.max(most, ++busy)
      const result = await work()
      await new Promise((done) => setTimeout(done, 5))
      busy--
      return result
    }
    const watched: OrtLibrary = {
      ...library,
      InferenceSession: {
        async create(model, options) {
          const session = await alone(() => library.InferenceSession.create(model, options))
          created++
          return { run: (feeds) => alone(() => session.run(feeds)), release: () => alone(() => session.release()) }
        },
      },
    }
    const double = async () => {
      const own = ortAccelerator(watched, 'cpu')
      const device = createDevice(inlineEngine(), { accelerator: own })
      const weight = device.variable('weight', [])
      write(device, weight, [1])
      const program = await compile(device, { updates: [[weight, mul(weight.tensor, 2)]], report: {} })
      await Promise.all([program.run(3), program.run(2)])
      const values = [...read(device, weight)]
      await device.close()
      return values
    }
    expect(await Promise.all([double(), double(), double()])).toEqual([[32], [32], [32]])
    expect({ most, busy, created }).toEqual({ most: 1, busy: 0, created: 3 })
  })
})

describe.each(all)('the recipe $name', (recipe) => {
  it('is the same after 20 steps on an accelerator', async () => {
    const straight = await openSmallGame(recipe, null)
    const expected = await outcomeAfter(straight, 20)
    const accelerated = await openSmallGame(recipe, accelerator)
    expect(difference(expected, await outcomeAfter(accelerated, 20))).toBeLessThan(1e-4)
  })
})

describe('a game that changes devices', () => {
  it.each([
    ['from the threads to an accelerator', null, accelerator],
    ['from an accelerator to the threads', accelerator, null],
  ])('goes on %s', async (_, first, second) => {
    const [recipe] = all
    const expected = await outcomeAfter(await openSmallGame(recipe, null), 20)
    const [before, after] = [await openSmallGame(recipe, first), await openSmallGame(recipe, second)]
    const { reports, state } = await outcomeAfter(before, 10)
    for (const [name, variable] of after.variables) write(after.device, variable, state.get(name) ?? [])
    const rest = await outcomeAfter(after, 10)
    expect(difference(expected, { ...rest, reports: [...reports, ...rest.reports] })).toBeLessThan(1e-5)
  })

  it('draws the same samples from the same state', async () => {
    const [recipe] = all
    const accelerated = await openSmallGame(recipe, accelerator)
    const { state } = await outcomeAfter(accelerated, 3)
    const plain = await openSmallGame(recipe, null)
    for (const [name, variable] of plain.variables) write(plain.device, variable, state.get(name) ?? [])
    expect(await accelerated.sample(5, 2)).toEqual(await plain.sample(5, 2))
  })
})
