import { describe, expect, it } from 'vitest'
import { initialTraining, traceTraining } from '../../src/gan/game/training-state.ts'
import { createTrainer } from '../../src/gan/training/trainer.ts'
import { cycle } from '../../src/recipes/cycle.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { imageField } from '../../src/tensor/fields.ts'
import { topological } from '../../src/tensor/graph.ts'
import { input } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import { isKind } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { leavesOf, mapTree } from '../../src/tensor/tree.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

const side = 8
const shapes = { source: [side, side, 1], image: [side, side, 3] } as const
const game = (batch = 2, settings = {}) =>
  cycle.game({
    ...cycle.defaults,
    batch,
    dataShape: shapes.image,
    fields: { source: imageField(shapes.source, 'signed') },
    settings: { width: 2, blocks: 1, pool: 3, ...settings },
  })

const count = 12
const bytes = (size: number, factor: number) =>
  Uint8Array.from({ length: count * size }, (_, index) => (index * factor + ((index * index) >> 5)) % 256)
const data = {
  count,
  fields: { image: bytes(side * side * 3, 37), source: bytes(side * side, 53) },
}
const start = (batch?: number) =>
  createTrainer(createDevice(inlineEngine(), { strict: true }), game(batch), data, { seed: 5 })
type Started = Awaited<ReturnType<typeof start>>
const stateOf = ({ device, variables }: Started) =>
  [...variables.values()].map((variable) => [...read(device, variable)])

describe('the recipe cycle', () => {
  it('reports the losses of the paper', () => {
    const someGame = game()
    const seed = input('seed', [2], 'i32')
    const template = initialTraining(someGame, seed)
    const state = mapTree(template, ({ shape, dtype }, name) => input(name, shape, dtype))
    const columns = {
      image: input('image', [count, ...shapes.image], 'u8'),
      source: input('source', [count, ...shapes.source], 'u8'),
    }
    const traced = traceTraining(someGame, someGame.stages[0], state, columns)
    // Every player gives the bias of its last layer and nothing else, so that losses can be told by hand.
    const biases = { toTarget: 0.3, toSource: -0.2, targetDiscriminator: 0.7, sourceDiscriminator: 0.4 }
    const names = leavesOf(template).map(([name]) => name)
    const lastBias = (player: string) =>
      names.findLast((name) => name.startsWith(`${player}.parameters.`) && name.endsWith('.bias'))
    const numbers = (name: string, size: number) => {
      const [, bias] = Object.entries(biases).find(([player]) => lastBias(player) === name) ?? []
      return new Float64Array(size).fill(bias ?? 0)
    }
    const feeds = new Map<Tensor, ArrayLike<number>>([
      ...leavesOf(state).map(([name, tensor]) => [tensor, numbers(name, sizeOf(tensor.shape))] as const),
      [columns.image, data.fields.image],
      [columns.source, data.fields.source],
    ])
    const minibatch = topological(Object.values(traced.report)).filter((tensor) => isKind(tensor, 'gather'))
    const rowsOf = (column: Tensor) => {
      const picked = minibatch.filter(({ inputs }) => inputs[0] === column)
      return interpret(picked, feeds)[0].map((byte) => byte / 127.5 - 1)
    }
    const distance = (constant: number, values: Float64Array) =>
      values.reduce((sum, value) => sum + Math.abs(constant - value), 0) / values.length
    const found = interpret(Object.values(traced.report), feeds).map(([value]) => value)
    const expected = {
      toTarget: (0.7 - 1) ** 2,
      toSource: (0.4 - 1) ** 2,
      targetDiscriminator: ((0.7 - 1) ** 2 + 0.7 ** 2) / 2,
      sourceDiscriminator: ((0.4 - 1) ** 2 + 0.4 ** 2) / 2,
      cycle: 10 * (distance(Math.tanh(-0.2), rowsOf(columns.source)) + distance(Math.tanh(0.3), rowsOf(columns.image))),
      finite: 1,
    }
    expect(Object.keys(traced.report)).toEqual(Object.keys(expected))
    Object.values(expected).forEach((value, index) => expect(found[index]).toBeCloseTo(value, 6))
  })

  it('keeps fakes in a pool, as many as it holds', async () => {
    const trainer = await start()
    const filled = () =>
      ['target', 'source'].map((which) => read(trainer.device, variableOf(trainer, `pools.${which}.filled`))[0])
    expect(filled()).toEqual([0, 0])
    await trainer.train(1)
    expect(filled()).toEqual([2, 2])
    const [first] = imagesIn(trainer, 'pools.target.images')
    await trainer.train(4)
    expect(filled()).toEqual([3, 3])
    const later = imagesIn(trainer, 'pools.target.images')
    expect(later).toHaveLength(3)
    for (const image of later) expect(image.some((value) => value !== 0)).toBe(true)
    // In ten draws, half of which replace one of three, none stays for ever.
    await trainer.train(20)
    expect(imagesIn(trainer, 'pools.target.images')).not.toContainEqual(first)
  })

  it('goes on bit for bit from its state, pools among it', async () => {
    const whole = await start()
    await whole.train(7)
    const parts = await start()
    await parts.train(3)
    const state = stateOf(parts)
    const resumed = await start()
    for (const [index, variable] of [...resumed.variables.values()].entries())
      write(resumed.device, variable, state[index])
    await resumed.train(4)
    expect(stateOf(resumed)).toEqual(stateOf(whole))
  })

  it('translates what it is given, into images of the other side', async () => {
    const trainer = await start()
    const source = data.fields.source.subarray(0, 3 * side * side)
    const samples = await trainer.sample(3, 0, { given: { source } })
    expect(samples).toHaveLength(3 * side * side * 3)
    // A translation is of its own source alone.
    const alone = await trainer.sample(1, 9, { given: { source: source.subarray(0, side * side) } })
    expect(alone).toEqual(samples.subarray(0, side * side * 3))
    // Without any, sources are training examples, the same ones for the same seed.
    expect(await trainer.sample(2, 1)).toEqual(await trainer.sample(2, 1))
  })

  it('asks for two sets of images of one size', () => {
    const of = (dataShape: readonly number[], source?: readonly number[]) => () =>
      cycle.game({
        ...cycle.defaults,
        dataShape,
        ...(source ? { fields: { source: imageField(source, 'signed') } } : {}),
      })
    expect(of([8, 8, 3])).toThrow(UserError)
    expect(of([8, 8, 3])).toThrow('--data unpaired:images:A,64+images:B,64')
    expect(of([8, 8, 3], [8, 12, 3])).toThrow('not 8 x 12 and 8 x 8')
    expect(of([10, 8, 3], [10, 8, 3])).toThrow('multiples of 4')
    expect(of([2], [8, 8, 1])).toThrow(UserError)
  })
})

function variableOf({ variables }: Started, name: string) {
  const found = variables.get(name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

function imagesIn(trainer: Started, name: string): number[][] {
  const values = [...read(trainer.device, variableOf(trainer, name))]
  const size = side * side * 3
  return Array.from({ length: values.length / size }, (_, image) => values.slice(image * size, (image + 1) * size))
}
