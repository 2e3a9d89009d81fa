import * as composite from '../../tensor/composite/index.ts'
import type { Border } from '../../tensor/composite/index.ts'
import type { Layer } from '../layer.ts'
import { mapping } from '../mapping.ts'

export type { Border } from '../../tensor/composite/index.ts'

/** Zeros around images. */
export const zeroPad = (border: Border): Layer => mapping('zeroPad', (x) => composite.zeroPad(x, border))

/** Images continued by their mirror image, the edge itself not repeated. */
export const reflectPad = (border: Border): Layer => mapping('reflectPad', (x) => composite.reflectPad(x, border))

/** Images continued by their edge. */
export const replicatePad = (border: Border): Layer => mapping('replicatePad', (x) => composite.replicatePad(x, border))
