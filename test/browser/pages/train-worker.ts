import { train } from './train.ts'

addEventListener('message', async ({ data }: MessageEvent<number>) => postMessage(await train(data)))
