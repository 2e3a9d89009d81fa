import { overInputs, replaceAll } from '../tensor/graph.ts'
import { concat, literal, maximum, reshape, scatterAdd, sliceAxis, sum } from '../tensor/operations/index.ts'
import { range, sizeOf } from '../tensor/shape.ts'
import { isKind, makeTensor, shapeError } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { padImages } from './padding.ts'
import { sinkMoves } from './code-sinking.ts'
import { splitLongSums } from './split-k.ts'
import type { Target } from './target.ts'
import { mergeAxes, rootOf, viewOf } from './view.ts'

/** Rewrites what the scheduler need not know: counting becomes a table, long reductions two short ones. */
export function lower(outputs: readonly Tensor[], target: Target): Tensor[] {
  const lowered = replaceAll(outputs, (tensor) => {
    if (sizeOf(tensor.shape) === 0)
      throw shapeError(tensor.primitive.kind, [tensor], 'there is nothing to compute without elements')
    return lowerOne(tensor, target)
  })
  return splitLongSums(padImages(sinkMoves(lowered)), target.sums)
}

function lowerOne(tensor: Tensor, target: Target): Tensor {
  const [x] = tensor.inputs
  if (isKind(tensor, 'stopGradient')) return x
  if (isKind(tensor, 'iota')) return literal(range(tensor.shape[0]), tensor.shape, 'i32')
  if (isKind(tensor, 'scatterAdd') && sizeOf(tensor.shape.slice(1)) > target.limits.rowElements)
    return inPieces(tensor, target)
  if (isKind(tensor, 'gather') || isKind(tensor, 'scatterAdd') || isKind(tensor, 'argmax')) {
    return overInputs(tensor, tensor.inputs.map(contiguous))
  }
  if (isKind(tensor, 'matmul') || isKind(tensor, 'convolve') || isKind(tensor, 'random') || isKind(tensor, 'shuffle')) {
    return overInputs(tensor, tensor.inputs.map(inMemory))
  }
  if (isKind(tensor, 'reduce')) {
    const { name, axes } = tensor.primitive
    const count = sizeOf(axes.map((axis) => x.shape[axis]))
    if (axes.length < 2 || count <= target.sums.longReduction) return tensor
    const reduce = name === 'sum' ? sum : maximum
    const innermost = axes[axes.length - 1]
    return reduce(reduce(x, { axes: [innermost] }), { axes: axes.slice(0, -1) })
  }
  return tensor
}

/** The same sums for some columns after the others, which a kernel can hold beside its work. */
function inPieces({ inputs: [indices, updates], primitive: { size }, shape }: Tensor<'scatterAdd'>, target: Target) {
  const most = target.limits.rowElements
  const columns = sizeOf(shape.slice(1))
  const flat = reshape(updates, [updates.shape[0], columns])
  const pieces = range(Math.ceil(columns / most)).map((piece) => {
    const first = piece * most
    return lowerOne(scatterAdd(indices, sliceAxis(flat, 1, first, Math.min(most, columns - first)), size), target)
  })
  return reshape(concat(pieces, 1), shape)
}

/** The tensor itself where it stands row by row in memory, a copy where it is a view that does not. */
function contiguous(tensor: Tensor): Tensor {
  const rowMajor = mergeAxes(tensor.shape, [viewOf(tensor).strides]).strides[0]
  const inARow = rowMajor.length === 0 || (rowMajor.length === 1 && rowMajor[0] === 1)
  return inARow ? inMemory(tensor) : copyOf(tensor)
}

/** Constants live in instructions only: what is read from memory must be written there first. */
const inMemory = (tensor: Tensor): Tensor => (isKind(rootOf(tensor), 'constant') ? copyOf(tensor) : tensor)

const copyOf = (tensor: Tensor): Tensor =>
  makeTensor({ kind: 'concat', axis: 0 }, [tensor], tensor.shape, tensor.dtype, tensor.path)
