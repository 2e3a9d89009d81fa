import type { Engine } from './engine.ts'
import { loneEngine } from './lone-engine.ts'
import { buffersOf } from './thread.ts'
import type { FromThread, Thread } from './thread.ts'
import { threadedEngine } from './threaded-engine.ts'

/** An engine on workers of a page (or of a worker); needs a cross-origin isolated page, as threads share memory. */
export const pageEngine = (threads: number): Promise<Engine> => threadedEngine(spawnWorker, threads)

/** An engine on one worker, for any page. */
export const lonePageEngine = (): Promise<Engine> => loneEngine(spawnWorker)

function spawnWorker(): Thread {
  const worker = new Worker(new URL('./worker-page.ts', import.meta.url), { type: 'module' })
  return {
    post: (message) => worker.postMessage(message, message.kind === 'run' ? buffersOf(message.changes) : []),
    onAnswer: (listener) => worker.addEventListener('message', ({ data }: MessageEvent<FromThread>) => listener(data)),
    onEnd: (listener) =>
      worker.addEventListener('error', ({ message }) => listener(new Error(message || 'an engine thread broke'))),
    keepAlive: () => {},
    terminate: async () => worker.terminate(),
  }
}
