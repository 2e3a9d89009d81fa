import { z } from 'zod'
import { add } from './add.ts'

const Request = z.object({ cells: z.instanceof(Int32Array), amount: z.number().int() })

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const { cells, amount } = Request.parse(data)
  postMessage(add(cells, amount))
})
