import { openDevice } from '../../../src/browser.ts'
import { trainSmallGame } from '../../runtime/small-game.ts'
import type { Outcome } from '../../runtime/small-game.ts'

export interface Trained extends Outcome {
  readonly threads: number
  /** How often this thread was free meanwhile. */
  readonly ticks: number
}

/** Trains the small game in strict mode. */
export async function train(steps: number): Promise<Trained> {
  const device = await openDevice({ threads: 2, strict: true })
  let ticks = 0
  const timer = setInterval(() => ticks++, 5)
  const outcome = await trainSmallGame(device, steps)
  clearInterval(timer)
  await device.close()
  return { ...outcome, threads: device.engine.threads, ticks }
}

/** The same on a worker of the page, which starts workers of its own. */
export const trainInWorker = (steps: number): Promise<Trained> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./train-worker.ts', import.meta.url), { type: 'module' })
    worker.addEventListener('message', ({ data }: MessageEvent<Trained>) => {
      resolve(data)
      worker.terminate()
    })
    worker.addEventListener('error', ({ message }) => reject(new Error(message)))
    worker.postMessage(steps)
  })

/** How training ends whose device is closed meanwhile, and what the device says afterwards. */
export async function closeWhileTraining(): Promise<string[]> {
  const device = await openDevice({ threads: 2, strict: true })
  const training = trainSmallGame(device, 100_000).then(String, String)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  await device[Symbol.asyncDispose]()
  await device.close()
  return [await training, await trainSmallGame(device, 1).then(String, String)]
}
