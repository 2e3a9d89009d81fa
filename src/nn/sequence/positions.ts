import { add, concat, broadcast, literal, reshape } from '../../tensor/operations/index.ts'
import { range } from '../../tensor/shape.ts'
import { shapeError } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import { normal } from '../initializers.ts'
import { noVariables } from '../layer.ts'
import type { Layer } from '../layer.ts'

/**
 * x plus a vector for each place of a sequence [length, features] or an image [h, w, channels], so that attention
 * can tell places apart. 'learned': the parameter `table`, in the shape of x, begins normal with a deviation of
 * 0.02. 'sinusoidal' (Vaswani et al. 2017): sines and cosines of wavelengths from 2 pi to 10000 * 2 pi, sin in even
 * features and cos in odd ones; in images, the first half of the channels tells the row and the second the column.
 * Default 'learned'.
 */
export const positions = (kind: 'learned' | 'sinusoidal' = 'learned'): Layer => ({
  name: 'positions',
  mixesBatch: false,
  init(shape, random) {
    if (shape.length !== 2 && shape.length !== 3)
      throw shapeError('positions', [shape], 'takes sequences [length, features] and images [height, width, channels]')
    if (kind === 'learned') {
      const features = shape[shape.length - 1]
      return { parameters: { table: normal(0.02)(shape, { in: features, out: features }, random) }, buffers: {}, shape }
    }
    wavesOf(shape)
    return { ...noVariables, shape }
  },
  apply({ parameters }, x) {
    const table = kind === 'learned' ? parameters.table : wavesOf(x.shape.slice(1))
    return { output: add(x, table), buffers: {} }
  },
})

function wavesOf(shape: Shape): Tensor {
  const features = shape[shape.length - 1]
  const even = shape.length === 2 ? 2 : 4
  if (features % even !== 0)
    throw shapeError('positions', [shape], `sinusoidal ones need a number of features that is a multiple of ${even}`)
  if (shape.length === 2) return waves(shape[0], features)
  const [height, width] = shape
  const half = features / 2
  const rows = broadcast(reshape(waves(height, half), [height, 1, half]), [height, width, half])
  const columns = broadcast(waves(width, half), [height, width, half])
  return concat([rows, columns], -1)
}

/** [length, features] of places 0, 1, ... */
const waves = (length: number, features: number): Tensor =>
  literal(
    range(length * features).map((index) => {
      const [place, feature] = [Math.floor(index / features), index % features]
      const angle = place / 10_000 ** ((feature - (feature % 2)) / features)
      return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
    }),
    [length, features],
  )
