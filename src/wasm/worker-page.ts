import { threadWork } from './thread.ts'
import type { ToThread } from './thread.ts'

const answer = threadWork()
addEventListener('message', async ({ data }: MessageEvent<ToThread>) => postMessage(await answer(data)))
