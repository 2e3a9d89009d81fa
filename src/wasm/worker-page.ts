import { buffersOf, threadWork } from './thread.ts'
import type { ToThread } from './thread.ts'

const work = threadWork()
addEventListener('message', async ({ data }: MessageEvent<ToThread>) => {
  const answer = await work(data)
  postMessage(answer, { transfer: answer.kind === 'done' ? buffersOf(answer.results) : [] })
})
