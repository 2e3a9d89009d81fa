import type { TensorBoardEvent } from '../../files/tensorboard-events.ts'
import type { Reports } from '../../gan/game/game.ts'
import { isCheck, isRollback } from './log-lines.ts'
import type { LogLine } from './log-lines.ts'

/** What TensorBoard shows of a log, under the tags of the game's reports: the means of its lines as curves, its rollbacks as texts. */
export const tensorBoardEventsOf = (lines: readonly LogLine[], reports: Reports): TensorBoardEvent[] =>
  lines.map((line) => tensorBoardEventOf(line, reports))

function tensorBoardEventOf(line: LogLine, reports: Reports): TensorBoardEvent {
  const at = { wallTime: Date.parse(line.time) / 1000, step: line.step }
  if (isRollback(line)) {
    const text = `${line.rollback} Back to step ${line.backTo}, with learning rate ${line.learningRate}.`
    // A tag of its own: once steps fall back, TensorBoard drops what the same tag has at later steps.
    return { ...at, scalars: {}, texts: { [`rollback/at step ${line.step}`]: text } }
  }
  if (isCheck(line)) {
    const { distance, toldApart, covered } = line.check
    const scalars = {
      'check/distance': distance,
      'check/two-sample accuracy': toldApart.accuracy,
      'check/mode coverage': covered,
    }
    return { ...at, scalars }
  }
  return {
    ...at,
    scalars: {
      ...Object.fromEntries(
        Object.entries(line.scalars).map(([name, value]) => [reports[name]?.tag ?? `report/${name}`, value]),
      ),
      'speed/images per second': line.imagesPerSecond,
    },
  }
}
