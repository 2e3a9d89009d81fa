/** A set of threads with one linear memory, on which programs run. */
export interface Engine {
  readonly memory: WebAssembly.Memory
  readonly threads: number
  /** Makes a module ready on every thread. */
  load(bytes: Uint8Array<ArrayBuffer>): Promise<LoadedProgram>
  /** Ends the threads; programs that run end with an error. */
  close(): Promise<void>
}

export interface LoadedProgram {
  /** Runs `steps` steps on all threads; step i's report is written to the address log + i * its size. */
  run(steps: number, log: number): Promise<void>
}

type Run = (thread: number, threads: number, steps: number, log: number) => void

/** The `run` of an instance of a program's module. */
export function runOf(instance: WebAssembly.Instance): Run {
  const { run } = instance.exports
  if (typeof run !== 'function') throw new Error('a program without run')
  return (...args) => void run(...args)
}

/** Runs on the calling thread alone: without workers, without shared memory, and blocking. */
export function inlineEngine(initialPages = 1, maximumPages = 65536): Engine {
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages })
  return {
    memory,
    threads: 1,
    async load(bytes) {
      const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } })
      const run = runOf(instance)
      return { run: async (steps, log) => run(0, 1, steps, log) }
    },
    close: async () => {},
  }
}
