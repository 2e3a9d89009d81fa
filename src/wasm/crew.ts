import type { FromThread, Thread, ToThread } from './thread.ts'

type Done = Extract<FromThread, { kind: 'done' }>

/** Threads that are told the same thing at the same time. When one of them breaks, all of them end and everybody who waits is told why. */
export function gather(threads: readonly Thread[]) {
  let broken: Error | null = null
  let waiting: { answers: Done[]; resolve(answers: Done[]): void; reject(why: Error): void } | null = null
  let queue: Promise<unknown> = Promise.resolve()

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
      return
    }
    if (waiting === null) return
    const { answers, resolve } = waiting
    answers.push(answer)
    if (answers.length < threads.length) return
    waiting = null
    for (const thread of threads) thread.keepAlive(false)
    resolve(answers)
  }
  for (const thread of threads) {
    thread.onAnswer(heard)
    thread.onEnd((why) => {
      if (broken === null) void disband(why)
    })
  }

  const askAll = (message: (index: number) => ToThread): Promise<Done[]> =>
    new Promise((resolve, reject) => {
      if (broken !== null) return reject(broken)
      waiting = { answers: [], resolve, reject }
      threads.forEach((thread, index) => {
        thread.keepAlive(true)
        thread.post(message(index))
      })
    })
  return {
    disband,
    /** One message after the other: the next is sent when all threads have answered. Gives the answers, in no order. */
    tell(message: (index: number) => ToThread): Promise<Done[]> {
      const told = queue.then(() => askAll(message))
      queue = told.catch(() => {})
      return told
    },
  }
}
