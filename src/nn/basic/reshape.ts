import { reshape as reshapeTensor } from '../../tensor/operations/index.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { shapeError, showShape } from '../../tensor/tensor.ts'
import type { Shape } from '../../tensor/tensor.ts'
import { noVariables } from '../layer.ts'
import type { Layer } from '../layer.ts'

/** Every sample in another shape of as many elements. */
export const reshape = (shape: Shape): Layer => reshaping('reshape', () => shape)

/** Every sample as one vector. */
export const flatten = (): Layer => reshaping('flatten', (shape) => [sizeOf(shape)])

const reshaping = (name: string, shapeFrom: (inputShape: Shape) => Shape): Layer => ({
  name,
  mixesBatch: false,
  init(inputShape) {
    const shape = shapeFrom(inputShape)
    if (sizeOf(shape) !== sizeOf(inputShape)) throw shapeError(name, [inputShape], `does not fill ${showShape(shape)}`)
    return { ...noVariables, shape }
  },
  apply: (_variables, x) => ({ output: reshapeTensor(x, [x.shape[0], ...shapeFrom(x.shape.slice(1))]), buffers: {} }),
})
