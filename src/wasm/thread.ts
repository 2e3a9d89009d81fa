import { runOf } from './engine.ts'
import type { Range } from './engine.ts'

/** What stands in a piece of the memory. */
export interface Piece {
  readonly address: number
  readonly content: Uint8Array<ArrayBuffer>
}

/** A message from the engine to a thread. */
export type ToThread =
  /** Without a memory to share, the thread makes one of its own. */
  | {
      readonly kind: 'start'
      readonly index: number
      readonly threads: number
      readonly memory: WebAssembly.Memory | null
    }
  | { readonly kind: 'load'; readonly program: number; readonly module: WebAssembly.Module }
  /** With the memory's size and, where it is not shared, what the caller changed and what it wants to see afterwards. */
  | {
      readonly kind: 'run'
      readonly program: number
      readonly steps: number
      readonly log: number
      readonly pages: number
      readonly changes: readonly Piece[]
      readonly results: readonly Range[]
    }

/** The answer of a thread to a message. */
export type FromThread =
  | { readonly kind: 'done'; readonly results: readonly Piece[] }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string | undefined }

/** A worker, in Node or in a page. */
export interface Thread {
  post(message: ToThread): void
  /** Called with every answer. */
  onAnswer(listener: (answer: FromThread) => void): void
  /** Called when the worker ends or breaks without an answer. */
  onEnd(listener: (why: Error) => void): void
  /** Whether the process stays alive for this thread. */
  keepAlive(alive: boolean): void
  terminate(): Promise<void>
}

interface Started {
  readonly index: number
  readonly threads: number
  readonly memory: WebAssembly.Memory
}

/** The work of a thread: answers messages one after the other. Runs inside the worker. */
export function threadWork(): (message: ToThread) => Promise<FromThread> {
  const instances = new Map<number, WebAssembly.Instance>()
  let self: Started | null = null

  async function act(message: ToThread): Promise<readonly Piece[]> {
    if (message.kind === 'start') {
      self = { ...message, memory: message.memory ?? new WebAssembly.Memory({ initial: 1, maximum: 65536 }) }
      return []
    }
    if (self === null) throw new Error('a thread was used before it was started')
    const { index, threads, memory } = self
    if (message.kind === 'load') {
      instances.set(message.program, await WebAssembly.instantiate(message.module, { env: { memory } }))
      return []
    }
    const instance = instances.get(message.program)
    if (instance === undefined) throw new Error(`program ${message.program} was not loaded`)
    if (message.pages > pagesOf(memory)) memory.grow(message.pages - pagesOf(memory))
    writePieces(memory, message.changes)
    runOf(instance)(index, threads, message.steps, message.log)
    return readPieces(memory, message.results)
  }

  return async (message) => {
    try {
      return { kind: 'done', results: await act(message) }
    } catch (error) {
      const { message: what, stack } = error instanceof Error ? error : new Error(String(error))
      return { kind: 'failed', message: what, stack }
    }
  }
}

/** A memory's size in units of 64 KiB. */
export const pagesOf = ({ buffer }: WebAssembly.Memory): number => buffer.byteLength / 65536

export const readPieces = ({ buffer }: WebAssembly.Memory, ranges: readonly Range[]): Piece[] =>
  ranges.map(({ address, bytes }) => ({ address, content: new Uint8Array(buffer, address, bytes).slice() }))

export function writePieces({ buffer }: WebAssembly.Memory, pieces: readonly Piece[]): void {
  for (const { address, content } of pieces) new Uint8Array(buffer).set(content, address)
}

/** What a message need not copy. */
export const buffersOf = (pieces: readonly Piece[]): ArrayBuffer[] => pieces.map(({ content }) => content.buffer)
