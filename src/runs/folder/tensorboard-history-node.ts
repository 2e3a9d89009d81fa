import { readFile, stat } from 'node:fs/promises'
import { tensorBoardEventsOf } from './tensorboard-of-log.ts'
import type { TensorBoardEvent, TensorBoardImage } from '../../files/tensorboard-events.ts'
import type { Reports } from '../../gan/game/game.ts'
import { fileError } from '../../files/file-error-node.ts'
import type { LogLine } from './log-lines.ts'
import type { RunFolder } from './run-folder.ts'
import { sampleFiles } from './sample-files-node.ts'

/** What TensorBoard is to show of a run up to now: its log, and its pictures. */
export async function tensorBoardHistory(
  folder: RunFolder,
  lines: readonly LogLine[],
  reports: Reports,
): Promise<TensorBoardEvent[]> {
  const pictures = await Promise.all(
    (await sampleFiles(folder.path)).map(async ({ step, path }) => {
      const [facts, png] = await Promise.all([stat(path), readFile(path)]).catch((error: unknown) => {
        throw fileError('read', path, error)
      })
      // The report leaves out damaged pictures too.
      return isPng(png) ? [pictureEvent(step, facts.mtimeMs / 1000, png)] : []
    }),
  )
  return [...tensorBoardEventsOf(lines, reports), ...pictures.flat()].toSorted((a, b) => a.wallTime - b.wallTime)
}

/** A picture of samples after that many steps, as the bytes of its PNG file. */
export function pictureEvent(step: number, wallTime: number, png: Uint8Array): TensorBoardEvent {
  return { wallTime, step, scalars: {}, images: { samples: imageOf(png) } }
}

/** Whether it begins as PNG files do (PNG, section 5.2) and has a first chunk. */
const isPng = (bytes: Buffer): boolean => bytes.length > 25 && bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n'

/** The sizes as the first chunk of every PNG file has them (PNG, section 11.2.2). */
function imageOf(png: Uint8Array): TensorBoardImage {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const isGrey = view.getUint8(25) === 0
  return { width: view.getUint32(16), height: view.getUint32(20), channels: isGrey ? 1 : 3, png }
}
