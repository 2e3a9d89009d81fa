import { describe, expect, it } from 'vitest'
import type { Accelerator } from '../../src/runtime/accelerator.ts'
import { provideAsyncDispose } from '../../src/runtime/closing.ts'
import { compile } from '../../src/runtime/compile.ts'
import { createDevice, read, readFloats, write } from '../../src/runtime/device.ts'
import type { Device } from '../../src/runtime/device.ts'
import { openNodeDevice } from '../../src/runtime/open-node.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { add } from '../../src/tensor/operations/index.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

const openDevice = () => openNodeDevice({ threads: 2, tune: false, bits: 128 })
const closed = new UserError('The device is closed; use it before close() is called, or open another one.')

async function counter(device: Device) {
  const x = device.variable('x', [2])
  const step = { updates: [[x, add(x.tensor, 1)]] as const, report: {} }
  const program = await compile(device, step)
  return { x, step, program }
}

/** Everything that can be asked of a device. */
function uses(device: Device, { x, step, program }: Awaited<ReturnType<typeof counter>>): (() => unknown)[] {
  return [
    () => device.variable('y', [2]),
    () => read(device, x),
    () => readFloats(device, x.tensor),
    () => write(device, x, [1, 2]),
    () => program.run(),
    () => compile(device, step),
  ]
}

const outcomeOf = async (use: () => unknown): Promise<unknown> => {
  try {
    return await use()
  } catch (error) {
    return error
  }
}

describe('a device', () => {
  it.each<[string, (device: Device) => Promise<void>]>([
    ['close', (device) => device.close()],
    ['the end of its block', (device) => device[Symbol.asyncDispose]()],
    ["its engine's close", (device) => device.engine.close()],
  ])('refuses every use after %s, in one sentence', async (_, close) => {
    const device = await openDevice()
    const counting = await counter(device)
    await counting.program.run(3)
    expect([...read(device, counting.x)]).toEqual([3, 3])
    await close(device)
    for (const use of uses(device, counting)) {
      const error = await outcomeOf(use)
      expect(error, String(use)).toEqual(closed)
      expect(error).toBeInstanceOf(UserError)
    }
    expect(device.engine.threads).toBe(2)
  })

  it('can be closed again, in every way and at the same time', async () => {
    const device = await openDevice()
    const closes = [device.close(), device.engine.close(), device[Symbol.asyncDispose]()]
    expect(await Promise.all(closes)).toEqual([undefined, undefined, undefined])
    expect(await device.close()).toBeUndefined()
  })

  it('ends what is running, and what waits behind it, with the same sentence', async () => {
    const device = await openDevice()
    const { program } = await counter(device)
    const runs = [program.run(2 ** 31), program.run()].map((run) => outcomeOf(() => run))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await device.close()
    expect(await Promise.all(runs)).toEqual([closed, closed])
  })

  it('is closed at the end of its block', async () => {
    let kept: Device | null = null
    {
      await using device = await openDevice()
      await (await counter(device)).program.run()
      kept = device
    }
    expect(() => kept.variable('y', [2])).toThrow(closed)
  })

  it('closes its accelerator once, even where its threads do not end well', async () => {
    let closes = 0
    const accelerator: Accelerator = {
      name: 'counting',
      load: async () => {
        throw new Error('nothing is loaded here')
      },
      close: async () => void closes++,
    }
    const engine = { ...inlineEngine(), close: async () => Promise.reject(new Error('a thread hangs')) }
    const device = createDevice(engine, { accelerator })
    await expect(device.close()).rejects.toThrow('a thread hangs')
    await expect(device.close()).rejects.toThrow('a thread hangs')
    expect(closes).toBe(1)
  })
})

it('provides the symbol of await using only where it is missing', () => {
  const old: { asyncDispose?: symbol } = {}
  provideAsyncDispose(old)
  const provided = old.asyncDispose
  expect(provided?.description).toBe('Symbol.asyncDispose')
  provideAsyncDispose(old)
  expect(old.asyncDispose).toBe(provided)
  const before = Symbol.asyncDispose
  provideAsyncDispose()
  expect(Symbol.asyncDispose).toBe(before)
})
