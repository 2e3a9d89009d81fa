import { add, broadcast, concat, reshape } from '../../tensor/operations/index.ts'
import { sameShape } from '../../tensor/shape.ts'
import { shapeError } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'

/** How several outputs become one: side by side on the last axis, or added up. */
export type Join = 'concat' | 'sum'

/**
 * The shape of outputs that are joined, all without the batch axis. All axes but the last have to be equal; vectors
 * fit everywhere. Throws a UserError in the name of `operation` where they do not fit.
 */
export function joinedShape(operation: string, parts: readonly Shape[], join: Join): Shape {
  const frame = frameOf(parts)
  const misfit = parts.find((shape) => shape.length > 1 && !sameShape(shape.slice(0, -1), frame))
  if (misfit !== undefined) {
    const why = 'all axes but the last must be equal (a vector fits everywhere); resize, pad or crop one of them'
    throw shapeError(operation, parts, why)
  }
  const features = parts.map(featuresOf)
  if (join === 'concat') return [...frame, features.reduce((total, count) => total + count, 0)]
  if (features.some((count) => count !== features[0]))
    throw shapeError(operation, parts, 'a sum needs the same number of features; join them with concat')
  return [...frame, features[0]]
}

/**
 * The tensors [batch, ...] as one; vectors are repeated at every place of the others: constant planes beside
 * images.
 */
export function joined(operation: string, parts: readonly Tensor[], join: Join): Tensor {
  const shapes = parts.map(({ shape }) => shape.slice(1))
  joinedShape(operation, shapes, join)
  if (parts.some(({ dtype }) => dtype !== 'f32'))
    throw shapeError(operation, parts, 'whole numbers cannot be joined; put an embedding behind them')
  const frame = frameOf(shapes)
  const whole = parts.map((part, index) => {
    const features = featuresOf(shapes[index])
    if (shapes[index].length === frame.length + 1) return part
    const single = reshape(part, [part.shape[0], ...frame.map(() => 1), features])
    return broadcast(single, [part.shape[0], ...frame, features])
  })
  return join === 'concat' ? concat(whole, -1) : whole.reduce((total, part) => add(total, part))
}

/** All axes but the last of the deepest part. */
const frameOf = (parts: readonly Shape[]): Shape =>
  parts.reduce((a, b) => (b.length > a.length ? b : a), []).slice(0, -1)

/** A single number is one feature. */
const featuresOf = (shape: Shape): number => shape.at(-1) ?? 1
