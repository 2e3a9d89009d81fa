import { UserError } from '../tensor/errors.ts'
import type { Engine } from './engine.ts'
import type { Thread } from './thread.ts'
import { workerPool } from './worker-pool.ts'

/** An engine whose threads are workers over one shared memory; the calling thread stays free. */
export async function threadedEngine(spawn: () => Thread, count: number): Promise<Engine> {
  if (!(Number.isInteger(count) && count >= 1))
    throw new UserError(`There cannot be ${count} threads; give a whole number from 1 on.`)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
  const pool = workerPool(Array.from({ length: count }, spawn))
  await pool.send((index) => ({ kind: 'start', index, threads: count, memory }))
  let programs = 0
  return {
    memory,
    threads: count,
    wrote: () => {},
    async load(bytes) {
      const program = programs++
      const module = await WebAssembly.compile(bytes)
      await pool.send(() => ({ kind: 'load', program, module }))
      return {
        run: async (steps, log) =>
          void (await pool.send(() => ({ kind: 'run', program, steps, log, pages: 0, changes: [], results: [] }))),
      }
    },
    close: () => pool.close(new Error('the engine was closed')),
  }
}
