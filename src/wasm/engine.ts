/** A piece of the linear memory. */
export interface Range {
  readonly address: number
  readonly bytes: number
}

/** WebAssembly.Memory, or what we use of it: a user's compiler may know Node's types alone, which leave WebAssembly out. */
type Memory = typeof globalThis extends { WebAssembly: { Memory: { prototype: infer Known } } }
  ? Known
  : { readonly buffer: ArrayBuffer; grow(pages: number): number }

/** A set of threads with one linear memory, on which programs run. */
export interface Engine {
  /**
   * The caller's view of the memory, which in some places is not the threads' own: hence `wrote` and `results`.
   * @internal
   */
  readonly memory: Memory
  /** How many threads compute. */
  readonly threads: number
  /**
   * To be called after writing to the memory.
   * @internal
   */
  wrote(range: Range): void
  /**
   * Makes a module ready on every thread; `results` is what the caller may read after it has run.
   * @internal
   */
  load(bytes: Uint8Array<ArrayBuffer>, results: readonly Range[]): Promise<LoadedProgram>
  /** Ends the threads; programs that run end with an error. */
  close(): Promise<void>
}

interface LoadedProgram {
  /** Runs `steps` steps on all threads; step i's report is written to the address log + i * its size. */
  run(steps: number, log: number): Promise<void>
}

type Run = (thread: number, threads: number, steps: number, log: number) => void

/** The `run` of an instance of a program's module. */
export function runOf({ exports: { run } }: { readonly exports: Readonly<Record<string, unknown>> }): Run {
  if (typeof run !== 'function') throw new Error('a program without run')
  return (...args) => void run(...args)
}

/** Runs on the calling thread alone: without workers, without shared memory, and blocking. */
export function inlineEngine(initialPages = 1, maximumPages = 65536): Engine {
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages })
  return {
    memory,
    threads: 1,
    wrote: () => {},
    async load(bytes) {
      const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } })
      const run = runOf(instance)
      return { run: async (steps, log) => run(0, 1, steps, log) }
    },
    close: async () => {},
  }
}
