import { UserError } from '../tensor/errors.ts'
import type { Engine } from '../wasm/engine.ts'
import type { Accelerator } from './accelerator.ts'

/**
 * The engine, closed once together with the accelerator, however often that is asked for. What runs at that time ends with a UserError,
 * as does every later use, of its memory as well.
 */
export function closable(engine: Engine, accelerator: Accelerator | null): Engine {
  let closing: Promise<void> | null = null

  async function closeBoth(): Promise<void> {
    try {
      await engine.close()
    } finally {
      await accelerator?.close()
    }
  }

  function requireOpen(): void {
    if (closing !== null) throw closedError()
  }

  async function whileOpen<T>(work: () => Promise<T>): Promise<T> {
    requireOpen()
    try {
      return await work()
    } catch (cause) {
      throw closing === null ? cause : closedError(cause)
    }
  }

  return {
    get memory() {
      requireOpen()
      return engine.memory
    },
    threads: engine.threads,
    wrote(range) {
      requireOpen()
      engine.wrote(range)
    },
    load: (bytes, results) =>
      whileOpen(async () => {
        const { run } = await engine.load(bytes, results)
        return { run: (steps, log) => whileOpen(() => run(steps, log)) }
      }),
    close: () => (closing ??= closeBoth()),
  }
}

const closedError = (cause?: unknown): UserError =>
  new UserError('The device is closed; use it before close() is called, or open another one.', { cause })

/**
 * Gives Symbol the key that `await using` looks for, where a browser does not have it yet: what compilers make of `await using` looks
 * for it in the same place.
 */
export function provideAsyncDispose(symbols: { readonly asyncDispose?: symbol } = Symbol): void {
  if (symbols.asyncDispose !== undefined) return
  Object.defineProperty(symbols, 'asyncDispose', { value: Symbol('Symbol.asyncDispose') })
}

/** What `await using` asks for; nothing where a user's compiler does not know the symbol (lib esnext.disposable, or Node's types). */
export type AsyncDisposal = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [K in Key]: () => Promise<void> }
  : object
