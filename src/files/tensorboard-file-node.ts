import { open } from 'node:fs/promises'
import { boardHeader, boardRecord } from './tensorboard-events.ts'
import type { BoardEvent } from './tensorboard-events.ts'
import { fileError } from './file-error-node.ts'
import { isCheck, isSetback } from '../runs/folder/log-lines.ts'
import type { LogLine } from '../runs/folder/log-lines.ts'
import { writeWholeFile } from './whole-file-node.ts'

/** An event file of TensorBoard that grows. */
export interface Board {
  add(event: BoardEvent): Promise<void>
  close(): Promise<void>
}

/**
 * An event file that holds the kept events and no others, whatever was there. Throws a UserError where it cannot be
 * written.
 */
export async function openBoard(path: string, kept: readonly BoardEvent[]): Promise<Board> {
  const started = kept.length > 0 ? kept[0].wallTime : Date.now() / 1000
  await writeWholeFile(path, Buffer.concat([boardHeader(started), ...kept.map(boardRecord)]))
  const failed = (error: unknown): never => {
    throw fileError('write', path, error)
  }
  const file = await open(path, 'a').catch(failed)
  // One after another: behind half a record nothing can be read any more.
  let lastWrite = Promise.resolve()
  return {
    add(event) {
      const record = boardRecord(event)
      lastWrite = lastWrite.then(() => file.appendFile(record)).catch(failed)
      return lastWrite
    },
    close: () => lastWrite.finally(() => file.close()),
  }
}

/** What TensorBoard shows of a log: the means of its lines as curves, its setbacks as texts. */
export const boardEventsOf = (lines: readonly LogLine[]): BoardEvent[] => lines.map(boardEventOf)

function boardEventOf(line: LogLine): BoardEvent {
  const at = { wallTime: Date.parse(line.time) / 1000, step: line.step }
  if (isSetback(line)) {
    const text = `${line.setback} Back to step ${line.backTo}, with learning rate ${line.learningRate}.`
    // A tag of its own: once steps fall back, TensorBoard drops what the same tag has at later steps.
    return { ...at, scalars: {}, texts: { [`setback/at step ${line.step}`]: text } }
  }
  if (isCheck(line)) {
    const { distance, toldApart, covered } = line.check
    const scalars = { 'check/distance': distance, 'check/told apart': toldApart.accuracy, 'check/covered': covered }
    return { ...at, scalars }
  }
  return {
    ...at,
    scalars: {
      'loss/discriminator': line.discriminatorLoss,
      'loss/generator': line.generatorLoss,
      'loss/penalty': line.penalty,
      'score/real': line.realScore,
      'score/fake': line.fakeScore,
      'speed/images per second': line.imagesPerSecond,
    },
  }
}
