import { afterEach, describe, expect, it } from 'vitest'
import { barrierFunction, controlBytes } from '../../src/wasm/barrier.ts'
import {
  atomicAdd,
  br,
  brIf,
  call,
  createModule,
  drop,
  forRange,
  get,
  i32,
  ifElse,
  load,
  loop,
  op,
  seq,
  set,
  store,
} from '../../src/wasm/emit.ts'
import type { Code, FunctionContext, FunctionHandle } from '../../src/wasm/emit.ts'
import type { Engine } from '../../src/wasm/engine.ts'
import type { FromThread, Thread } from '../../src/wasm/thread.ts'
import { threadedEngine } from '../../src/wasm/threaded-engine.ts'
import { nodeEngine } from '../../src/wasm/threads-node.ts'

const memory = { initial: 1, maximum: 65536, shared: true }
const control = 64
const results = 64 + controlBytes

/** A module whose `run(thread, threads, steps, log)` has this body. */
function program(body: (f: FunctionContext, barrier: FunctionHandle) => Code): Uint8Array<ArrayBuffer> {
  const module = createModule({ memory })
  const barrier = barrierFunction(module, control)
  module.function('run', { params: ['i32', 'i32', 'i32', 'i32'], results: [], export: true }, (f) => body(f, barrier))
  return module.bytes()
}

const forEver: Code = loop(br(0))
const nothing = program(() => seq())

const engines: Engine[] = []
afterEach(async () => void (await Promise.all(engines.splice(0).map((engine) => engine.close()))))
async function open(threads: number): Promise<Engine> {
  const engine = await nodeEngine(threads)
  engines.push(engine)
  return engine
}

describe('the barrier', () => {
  /**
   * Every round, each thread writes the round's number into a slot of its own, and after the barrier looks whether all others have. In
   * some rounds one thread is late: by less than the others spin, or by so much that they go to sleep.
   */
  const rounds = program((f, barrier) => {
    const [thread, threads, steps] = f.params
    const [round, other, delay] = Array.from({ length: 3 }, () => f.local('i32'))
    const slot = (index: Code) => op('i32.add', i32(results + 64), op('i32.mul', index, i32(64)))
    const isLate = op('i32.eq', op('i32.rem_u', get(round), i32(7)), get(thread))
    const lateness = op('i32.mul', op('i32.rem_u', get(round), i32(3)), i32(400_000))
    return forRange(
      round,
      i32(1),
      get(steps),
      1,
      seq(
        set(delay, op('i32.mul', isLate, lateness)),
        ifElse(get(delay), loop(seq(set(delay, op('i32.sub', get(delay), i32(1))), brIf(0, get(delay))))),
        store('i32.store', slot(get(thread)), get(round)),
        call(barrier, get(threads)),
        forRange(
          other,
          i32(0),
          get(threads),
          1,
          ifElse(op('i32.ne', load('i32.load', slot(get(other))), get(round)), drop(atomicAdd(i32(results), i32(1)))),
        ),
        call(barrier, get(threads)),
      ),
    )
  })

  it.each([1, 2, 3])('lets %i threads pass when all of them have come, and none before', async (threads) => {
    const engine = await open(threads)
    const { run } = await engine.load(rounds, [])
    await run(300, 0)
    await run(300, 0)
    const words = new Int32Array(engine.memory.buffer)
    expect(words[results / 4]).toBe(0)
    for (let thread = 0; thread < threads; thread++) expect(words[results / 4 + 16 + thread * 16]).toBe(299)
  })
})

describe('an engine on threads of Node', () => {
  const traps = program((f, barrier) =>
    seq(
      ifElse(op('i32.eq', get(f.params[0]), i32(1)), drop(load('i32.load', i32(-8)))),
      call(barrier, get(f.params[1])),
    ),
  )
  const spins = program(() => forEver)

  it('ends with the cause when one thread breaks while others wait for it', async () => {
    const engine = await open(3)
    const { run } = await engine.load(traps, [])
    const queued = run(1, 0)
    await expect(run(1, 0)).rejects.toThrow('memory access out of bounds')
    await expect(queued).rejects.toThrow('memory access out of bounds')
    await expect(engine.load(spins, [])).rejects.toThrow('memory access out of bounds')
  })

  it('ends with the cause when one thread breaks while another never ends', async () => {
    const engine = await open(2)
    const { run } = await engine.load(
      program((f) => ifElse(get(f.params[0]), drop(load('i32.load', i32(-8))), forEver)),
      [],
    )
    await expect(run(1, 0)).rejects.toThrow('memory access out of bounds')
  })

  it('can be closed while it runs, more than once', async () => {
    const engine = await open(2)
    const { run } = await engine.load(spins, [])
    const ends = [run(1, 0), run(1, 0)].map((running) => running.then(String, String))
    await Promise.all([engine.close(), engine.close()])
    expect(await Promise.all(ends)).toEqual(['Error: the engine was closed', 'Error: the engine was closed'])
    await expect(run(1, 0)).rejects.toThrow('the engine was closed')
    await expect(engine.load(spins, [])).rejects.toThrow('the engine was closed')
  })

  it('runs one after the other what it is asked to run at once, over programs', async () => {
    const engine = await open(2)
    // result = result * factor + thread 0's turn, as one step after the other.
    const affine = (factor: number) =>
      program((f, barrier) =>
        seq(
          ifElse(
            op('i32.eqz', get(f.params[0])),
            store(
              'i32.store',
              i32(results),
              op('i32.add', op('i32.mul', load('i32.load', i32(results)), i32(factor)), get(f.params[2])),
            ),
          ),
          call(barrier, get(f.params[1])),
        ),
      )
    const [twice, thrice] = await Promise.all([engine.load(affine(2), []), engine.load(affine(3), [])])
    await Promise.all([twice.run(1, 0), thrice.run(2, 0), twice.run(3, 0)])
    expect(new Int32Array(engine.memory.buffer)[results / 4]).toBe((1 * 3 + 2) * 2 + 3)
  })

  it('survives a module that is none', async () => {
    const engine = await open(1)
    await expect(engine.load(Uint8Array.of(1, 2, 3), [])).rejects.toThrow(WebAssembly.CompileError)
    await (await engine.load(nothing, [])).run(1, 0)
  })

  it.each([0, -1, 1.5, NaN])('refuses %d threads', async (threads) => {
    await expect(nodeEngine(threads)).rejects.toThrow('give a whole number from 1 on')
  })
})

interface Puppet {
  answer: (answer: FromThread) => void
  end: (why: Error) => void
  alive: boolean
  ended: boolean
}

/** Threads that a test controls; by themselves they only start and load. */
function puppets() {
  const threads: Puppet[] = []
  const spawn = (): Thread => {
    const own: Puppet = { answer: () => {}, end: () => {}, alive: false, ended: false }
    threads.push(own)
    return {
      post(message) {
        if (message.kind !== 'run') queueMicrotask(() => own.answer({ kind: 'done', results: [] }))
      },
      onAnswer: (listener) => (own.answer = listener),
      onEnd: (listener) => (own.end = listener),
      keepAlive: (alive) => (own.alive = alive),
      terminate: async () => void (own.ended = true),
    }
  }
  return { threads, spawn }
}

describe('a worker pool', () => {
  it('is kept alive only while it works', async () => {
    const { threads, spawn } = puppets()
    const engine = await threadedEngine(spawn, 2)
    const { run } = await engine.load(nothing, [])
    expect(threads.map(({ alive }) => alive)).toEqual([false, false])
    const running = run(1, 0)
    await new Promise(setImmediate)
    expect(threads.map(({ alive }) => alive)).toEqual([true, true])
    for (const { answer } of threads) answer({ kind: 'done', results: [] })
    await running
    expect(threads.map(({ alive, ended }) => [alive, ended])).toEqual([
      [false, false],
      [false, false],
    ])
  })

  it('is ended if a worker exits without an answer', async () => {
    const { threads, spawn } = puppets()
    const engine = await threadedEngine(spawn, 3)
    const { run } = await engine.load(nothing, [])
    const running = run(1, 0)
    threads[2].end(new Error('an engine thread ended with exit code 9'))
    await expect(running).rejects.toThrow('exit code 9')
    expect(threads.every(({ ended }) => ended)).toBe(true)
  })

  it('is ended by a failure, and reports the first one', async () => {
    const { threads, spawn } = puppets()
    const engine = await threadedEngine(spawn, 2)
    const { run } = await engine.load(nothing, [])
    const running = run(1, 0)
    threads[0].answer({ kind: 'failed', message: 'first', stack: 'Error: first\n    at wasm' })
    threads[1].answer({ kind: 'failed', message: 'second', stack: undefined })
    await expect(running).rejects.toThrow('first')
    await expect(run(1, 0)).rejects.toMatchObject({ message: 'first', stack: 'Error: first\n    at wasm' })
    expect(threads.every(({ ended }) => ended)).toBe(true)
  })
})
