import { open } from 'node:fs/promises'
import { tensorBoardHeader, tensorBoardRecord } from './tensorboard-events.ts'
import type { TensorBoardEvent } from './tensorboard-events.ts'
import { fileError } from './file-error-node.ts'
import { writeWholeFile } from './whole-file-node.ts'

/** An event file of TensorBoard that grows. */
export interface TensorBoardFile {
  add(event: TensorBoardEvent): Promise<void>
  close(): Promise<void>
}

/**
 * An event file that holds the kept events and no others, whatever was there. Throws a UserError where it cannot be
 * written.
 */
export async function openTensorBoardFile(path: string, kept: readonly TensorBoardEvent[]): Promise<TensorBoardFile> {
  const started = kept.length > 0 ? kept[0].wallTime : Date.now() / 1000
  await writeWholeFile(path, Buffer.concat([tensorBoardHeader(started), ...kept.map(tensorBoardRecord)]))
  const failed = (error: unknown): never => {
    throw fileError('write', path, error)
  }
  const file = await open(path, 'a').catch(failed)
  // One after another: behind half a record nothing can be read any more.
  let lastWrite = Promise.resolve()
  return {
    add(event) {
      const record = tensorBoardRecord(event)
      lastWrite = lastWrite.then(() => file.appendFile(record)).catch(failed)
      return lastWrite
    },
    close: () => lastWrite.finally(() => file.close()),
  }
}
