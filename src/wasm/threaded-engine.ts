import { UserError } from '../tensor/errors.ts'
import type { Engine } from './engine.ts'
import type { FromThread, Thread, ToThread } from './thread.ts'

/** An engine whose threads are workers over one shared memory; the calling thread stays free. */
export async function threadedEngine(spawn: () => Thread, count: number): Promise<Engine> {
  if (!(Number.isInteger(count) && count >= 1)) throw new UserError(`There cannot be ${count} threads; give a whole number from 1 on.`)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
  const crew = gather(Array.from({ length: count }, spawn))
  await crew.tell((index) => ({ kind: 'start', index, threads: count, memory }))
  let programs = 0
  return {
    memory,
    threads: count,
    async load(bytes) {
      const program = programs++
      const module = await WebAssembly.compile(bytes)
      await crew.tell(() => ({ kind: 'load', program, module }))
      return { run: (steps, log) => crew.tell(() => ({ kind: 'run', program, steps, log })) }
    },
    close: () => crew.disband(new Error('the engine was closed')),
  }
}

/** Threads that are told the same thing at the same time. When one of them breaks, all of them end and everybody who waits is told why. */
function gather(threads: readonly Thread[]) {
  let broken: Error | null = null
  let waiting: { left: number; resolve(): void; reject(why: Error): void } | null = null
  let queue: Promise<void> = Promise.resolve()

  async function disband(why: Error): Promise<void> {
    broken ??= why
    const waiter = waiting
    waiting = null
    await Promise.all(threads.map((thread) => thread.terminate()))
    waiter?.reject(broken)
  }
  function heard(answer: FromThread): void {
    if (answer.kind === 'failed') {
      const error = new Error(answer.message)
      if (answer.stack !== undefined) error.stack = answer.stack
      void disband(error)
    } else if (waiting !== null && --waiting.left === 0) {
      const { resolve } = waiting
      waiting = null
      for (const thread of threads) thread.keepAlive(false)
      resolve()
    }
  }
  for (const thread of threads) {
    thread.onAnswer(heard)
    thread.onEnd((why) => {
      if (broken === null) void disband(why)
    })
  }

  const askAll = (message: (index: number) => ToThread): Promise<void> =>
    new Promise((resolve, reject) => {
      if (broken !== null) return reject(broken)
      waiting = { left: threads.length, resolve, reject }
      threads.forEach((thread, index) => {
        thread.keepAlive(true)
        thread.post(message(index))
      })
    })
  return {
    disband,
    /** One message after the other: the next is sent when all threads have answered. */
    tell(message: (index: number) => ToThread): Promise<void> {
      const told = queue.then(() => askAll(message))
      queue = told.catch(() => {})
      return told
    },
  }
}
