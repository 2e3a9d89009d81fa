import { Worker } from 'node:worker_threads'
import type { Engine } from './engine.ts'
import type { Thread } from './thread.ts'
import { threadedEngine } from './threaded-engine.ts'

/** An engine on worker threads of Node. */
export const nodeEngine = (threads: number): Promise<Engine> => threadedEngine(spawnWorker, threads)

function spawnWorker(): Thread {
  const worker = new Worker(new URL('./worker-node.ts', import.meta.url))
  worker.unref()
  let expected = false
  return {
    post: (message) => worker.postMessage(message),
    onAnswer: (listener) => void worker.on('message', listener),
    onEnd(listener) {
      worker.on('error', listener)
      worker.on('exit', (code) => {
        if (!expected) listener(new Error(`an engine thread ended with exit code ${code}`))
      })
    },
    keepAlive: (alive) => (alive ? worker.ref() : worker.unref()),
    async terminate() {
      expected = true
      await worker.terminate()
    },
  }
}
