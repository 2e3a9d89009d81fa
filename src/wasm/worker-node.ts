import { parentPort } from 'node:worker_threads'
import { threadWork } from './thread.ts'

const answer = threadWork()
parentPort?.on('message', async (message) => parentPort?.postMessage(await answer(message)))
