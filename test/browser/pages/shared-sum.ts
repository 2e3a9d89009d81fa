/** Adds in a worker to a number in memory that page and worker share; what the worker answers, and what the page then sees. */
export async function addInWorker(
  start: number,
  amount: number,
): Promise<{ reply: number; shared: number | undefined }> {
  const cells = new Int32Array(new SharedArrayBuffer(4)).fill(start)
  const worker = new Worker(new URL('./sum-worker.ts', import.meta.url), { type: 'module' })
  const reply = await new Promise<number>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<number>) => resolve(data))
    worker.addEventListener('error', ({ message }) => reject(new Error(message)))
    worker.postMessage({ cells, amount })
  })
  worker.terminate()
  return { reply, shared: cells[0] }
}
