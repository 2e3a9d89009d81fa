import { consumersOf, overInputs, topological } from '../tensor/graph.ts'
import { convolve, reshape, transpose } from '../tensor/operations/index.ts'
import { range, sameShape, sizeOf, stridesOf } from '../tensor/shape.ts'
import { altered, atPath, isKind } from '../tensor/tensor.ts'
import type { Kind, Shape, Tensor } from '../tensor/tensor.ts'
import { leaves } from './schedule.ts'
import { isView, peel, rootOf, unmoved } from './view.ts'

type Move = Tensor<'reshape'> | Tensor<'transpose'>

/** What elementwise work can follow in the same loops, or, of repeated elements, read where they stand once. */
const followed: ReadonlySet<Kind> = new Set(['elementwise', 'matmul', 'convolve', 'reduce', 'gather', 'broadcast'])

/**
 * Code sinking: moves are done after the work on their results, f(move(x), y) = move(f(x, move back(y))). So a grouped convolution is followed by
 * its activation in one kernel, what multiplies all pixels of images knows their rows and columns, and the gradient of a pooling is
 * repeated where it is used rather than in memory.
 */
export function sinkMoves(outputs: readonly Tensor[]): Tensor[] {
  const order = topological(outputs)
  const consumers = consumersOf(order)
  const updating = updatesAmong(order, consumers)
  const sunk = new Map<Tensor, Tensor>()
  /** When each root is computed. */
  const position = new Map<Tensor, number>()
  const reshaped = reshapes()
  order.forEach((tensor, index) => {
    const inputs = tensor.inputs.map((input) => sunk.get(input) ?? input)
    const renewed = overInputs(tensor, inputs)
    const { core, moves } = atPath(tensor.path, (): Moved => {
      const asItStands = { core: renewed, moves: [] }
      if (isKind(renewed, 'reshape')) return { core: reshaped(inputs[0], tensor.shape), moves: [] }
      if (isKind(renewed, 'matmul')) return productOfPixels(renewed, imagesOf(renewed, tensor, consumers)) ?? asItStands
      if (!isKind(renewed, 'elementwise') || updating.has(tensor)) return asItStands
      const onlySummed = (consumers.get(tensor) ?? []).every((reader) => isKind(reader, 'reduce'))
      return elementwiseBeforeMoves(renewed, position, onlySummed) ?? asItStands
    })
    if (!leaves.has(core.primitive.kind)) position.set(core, index)
    sunk.set(
      tensor,
      atPath(tensor.path, () =>
        moves.reduce(
          (x, move) => (isKind(move, 'transpose') ? transpose(x, move.primitive.permutation) : reshaped(x, move.shape)),
          core,
        ),
      ),
    )
  })
  return outputs.map((output) => sunk.get(output) ?? output)
}

/** Elementwise work that ends in new values of state: it is done as the state stands, to be written over the old values. */
function updatesAmong(order: readonly Tensor[], consumers: ReadonlyMap<Tensor, readonly Tensor[]>): Set<Tensor> {
  const updating = new Set<Tensor>()
  for (const tensor of order.toReversed()) {
    if (!isKind(tensor, 'elementwise')) continue
    const isOfState = tensor.inputs.some((input) => isKind(movedBy(input).core, 'input'))
    if (isOfState || consumers.get(tensor)?.some((reader) => updating.has(reader))) updating.add(tensor)
  }
  return updating
}

/** What is moved, and how, the first move first. */
interface Moved {
  readonly core: Tensor
  readonly moves: readonly Move[]
}

/** The images of which the rows of a product are the pixels: [number, height, width], as they are before or afterwards. */
function imagesOf(
  { inputs: [rows] }: Tensor<'matmul'>,
  product: Tensor,
  consumers: ReadonlyMap<Tensor, readonly Tensor[]>,
): Shape | null {
  const areImages = ({ shape }: Tensor, channels: number) =>
    shape.length >= 4 && sizeOf(shape.slice(3)) === channels && shape[2] > 1
  const [before] = rows.inputs
  if (isKind(rows, 'reshape') && areImages(before, rows.shape[1])) return before.shape.slice(0, 3)
  // What follows in the same kernel may come before the reshape.
  const followers = new Set([product])
  for (const tensor of followers) {
    for (const reader of consumers.get(tensor) ?? []) {
      if (isKind(reader, 'reshape') && areImages(reader, product.shape[1])) return reader.shape.slice(0, 3)
      if (isKind(reader, 'elementwise')) followers.add(reader)
    }
  }
  return null
}

/** The product of every pixel of images is a convolution with a kernel of one position. */
function productOfPixels({ inputs: [rows, matrix], shape }: Tensor<'matmul'>, images: Shape | null): Moved | null {
  if (shape.length !== 2 || images === null) return null
  const [number, height, width] = images
  const walk = { size: [height, width], stride: [1, 1], dilation: [1, 1], offset: [0, 0], order: 'images' } as const
  const pixels = reshape(rows, [1, number, height, width, rows.shape[1]])
  const core = convolve(pixels, reshape(matrix, [1, 1, 1, ...matrix.shape]), walk)
  const flat = reshape(core, shape)
  return isKind(flat, 'reshape') ? { core, moves: [flat] } : null
}

/** The same function of operands that are not moved yet; null where it is best done as it stands. */
function elementwiseBeforeMoves(
  tensor: Tensor<'elementwise'>,
  position: ReadonlyMap<Tensor, number>,
  onlySummed: boolean,
): Moved | null {
  const whenMade = (operand: Tensor) => {
    const { core } = movedBy(operand)
    const isRepeated = isKind(core, 'broadcast') && isView(operand)
    return isRepeated ? -1 : (position.get(rootOf(core)) ?? -1)
  }
  // The last operand's kernel is the one that can take the work in.
  const last = tensor.inputs.reduce((latest, input) => (whenMade(input) > whenMade(latest) ? input : latest))
  const { core, moves } = movedBy(last)
  if (peel(last) === core || !followed.has(core.primitive.kind)) return null
  if (isKind(core, 'broadcast') && onlySummed) return null
  const { tensor: reached, strides } = unmoved(last, stridesOf(tensor.shape))
  const isInRows = strides.findLast((_, axis) => reached.shape[axis] !== 1) === 1
  if (reached !== core || !isInRows) return null
  const inputs = tensor.inputs.map((input) => moves.reduceRight(moveBack, input))
  const isSeen = (input: Tensor, i: number) => {
    const root = rootOf(input)
    return !isKind(root, 'reshape') || root === rootOf(tensor.inputs[i])
  }
  return inputs.every(isSeen) ? { core: altered(tensor, { inputs, shape: core.shape }), moves } : null
}

function movedBy(operand: Tensor): Moved {
  const moves: Move[] = []
  let core = operand
  while (isKind(core, 'reshape') || isKind(core, 'transpose')) {
    moves.unshift(core)
    core = core.inputs[0]
  }
  return { core, moves }
}

/** Reshapes by the shortest way; what stands nowhere in that order is written once for all shapes that it gets. */
function reshapes(): (x: Tensor, shape: Shape) => Tensor {
  const written = new Map<Tensor, Tensor>()
  return (x, shape) => {
    let source = x
    while (isKind(source, 'reshape')) source = source.inputs[0]
    if (sameShape(source.shape, shape)) return source
    const direct = reshape(source, shape)
    if (isView(direct)) return direct
    const first = written.get(source) ?? direct
    written.set(source, first)
    return sameShape(first.shape, shape) ? first : reshape(first, shape)
  }
}

/** What `move` would make `x` of. */
function moveBack(x: Tensor, move: Move): Tensor {
  if (isKind(move, 'reshape')) {
    const { shape } = move.inputs[0]
    return isKind(x, 'reshape') && sameShape(x.inputs[0].shape, shape) ? x.inputs[0] : reshape(x, shape)
  }
  const { permutation } = move.primitive
  if (isKind(x, 'transpose') && sameShape(x.primitive.permutation, permutation)) return x.inputs[0]
  return transpose(
    x,
    range(permutation.length).map((axis) => permutation.indexOf(axis)),
  )
}
