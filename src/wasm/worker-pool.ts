import type { FromThread, Thread, ToThread } from './thread.ts'

type Done = Extract<FromThread, { kind: 'done' }>

/** Threads that get the same message at the same time. If one of them breaks, all are ended, and callers that wait get its error. */
export interface WorkerPool {
  /** Sends a message to every thread, after all of them have answered the last one. Gives the answers, in no order. */
  send(message: (index: number) => ToThread): Promise<Done[]>
  /** Ends the threads; whatever waits for an answer gets this error. */
  close(why: Error): Promise<void>
}

export function workerPool(threads: readonly Thread[]): WorkerPool {
  let broken: Error | null = null
  let pending: { answers: Done[]; resolve(answers: Done[]): void; reject(why: Error): void } | null = null
  let queue: Promise<unknown> = Promise.resolve()

  async function close(why: Error): Promise<void> {
    broken ??= why
    const request = pending
    pending = null
    await Promise.all(threads.map((thread) => thread.terminate()))
    request?.reject(broken)
  }
  function receive(answer: FromThread): void {
    if (answer.kind === 'failed') {
      const error = new Error(answer.message)
      if (answer.stack !== undefined) error.stack = answer.stack
      void close(error)
      return
    }
    if (pending === null) return
    const { answers, resolve } = pending
    answers.push(answer)
    if (answers.length < threads.length) return
    pending = null
    for (const thread of threads) thread.keepAlive(false)
    resolve(answers)
  }
  for (const thread of threads) {
    thread.onAnswer(receive)
    thread.onEnd((why) => {
      if (broken === null) void close(why)
    })
  }

  const sendToAll = (message: (index: number) => ToThread): Promise<Done[]> =>
    new Promise((resolve, reject) => {
      if (broken !== null) return reject(broken)
      pending = { answers: [], resolve, reject }
      threads.forEach((thread, index) => {
        thread.keepAlive(true)
        thread.post(message(index))
      })
    })
  return {
    close,
    send(message) {
      const sent = queue.then(() => sendToAll(message))
      queue = sent.catch(() => {})
      return sent
    },
  }
}
