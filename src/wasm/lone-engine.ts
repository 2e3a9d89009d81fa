import type { Engine, Range } from './engine.ts'
import type { Thread } from './thread.ts'
import { pagesOf, readPieces, writePieces } from './thread.ts'
import { workerPool } from './worker-pool.ts'

/**
 * An engine on one worker with a memory of its own, for pages that may not share any: what the caller wrote is sent to it before a
 * program runs, and the program's results come back into the caller's memory afterwards.
 */
export async function loneEngine(spawn: () => Thread): Promise<Engine> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 })
  const pool = workerPool([spawn()])
  await pool.send(() => ({ kind: 'start', index: 0, threads: 1, memory: null }))
  let programs = 0
  let written: Range[] = []
  return {
    memory,
    threads: 1,
    wrote: (range) => void written.push(range),
    async load(bytes, results) {
      const program = programs++
      const module = await WebAssembly.compile(bytes)
      await pool.send(() => ({ kind: 'load', program, module }))
      return {
        async run(steps, log) {
          const changes = readPieces(memory, written)
          written = []
          const pages = pagesOf(memory)
          const [answer] = await pool.send(() => ({ kind: 'run', program, steps, log, pages, changes, results }))
          writePieces(memory, answer.results)
        },
      }
    },
    close: () => pool.close(new Error('the engine was closed')),
  }
}
