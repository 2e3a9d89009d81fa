import * as composite from '../../tensor/composite.ts'
import { UserError } from '../../tensor/errors.ts'
import { activation } from '../layer.ts'
import type { Layer } from '../layer.ts'

/** In training, sets each element to 0 with probability `rate` and divides the others by 1 - rate. */
export function dropout(rate: number): Layer {
  if (!(rate >= 0 && rate < 1))
    throw new UserError(`A dropout rate of ${rate} makes no sense; give a number in [0, 1).`)
  return activation('dropout', (x, mode) =>
    mode.training ? composite.dropout(x, rate, mode.random.source, mode.random.stream()) : x,
  )
}
