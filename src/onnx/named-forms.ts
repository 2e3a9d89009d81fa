import type { Name, Origin, Tensor } from '../tensor/tensor.ts'
import { separate } from './arrangement.ts'
import type { Value } from './arrangement.ts'
import { writePointwise, writeSpread } from './convolution.ts'
import { writeBorder, writePixelShuffle, writePixelUnshuffle, writePool, writeUpsample } from './images.ts'
import { int } from './messages.ts'
import {
  writeBatchNormalization,
  writeGroupNormalization,
  writeInstanceNormalization,
  writeLayerNormalization,
} from './normalization.ts'
import { writeReduction } from './reduction.ts'
import type { Writer } from './writer.ts'

/** How a named composition is written in ONNX. */
type Form<N extends Name> = (tensor: Tensor, writer: Writer, origin: Origin<N>) => Value

const alongAxis =
  (type: string): Form<'softmax' | 'logSoftmax'> =>
  (tensor, writer, { inputs: [x], attributes: { axis } }) => {
    const order = writer.order(x)
    const at = int('axis', order.indexOf(axis))
    return writer.whole(tensor, type, [writer.place(x, separate(order))], [at], separate(order))
  }

const forms: { [N in Name]: Form<N> } = {
  mean: (tensor, writer, { inputs: [x], attributes }) => writeReduction('ReduceMean', tensor, x, attributes, writer),
  softmax: alongAxis('Softmax'),
  logSoftmax: alongAxis('LogSoftmax'),
  pointwise: writePointwise,
  spread: writeSpread,
  batchNormalization: writeBatchNormalization,
  layerNormalization: writeLayerNormalization,
  groupNormalization: writeGroupNormalization,
  instanceNormalization: writeInstanceNormalization,
  upsample: writeUpsample,
  pixelShuffle: writePixelShuffle,
  pixelUnshuffle: writePixelUnshuffle,
  pool: writePool,
  border: writeBorder,
}

const formOf = <N extends Name>(origin: Origin<N>, tensor: Tensor, writer: Writer): Value =>
  forms[origin.name](tensor, writer, origin)

/** Writes one tensor by its name; the inputs of its origin have been written. */
export const writeNamed = (origin: Origin, tensor: Tensor, writer: Writer): Value => formOf(origin, tensor, writer)
