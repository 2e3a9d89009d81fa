import { replaceAll } from '../tensor/graph.ts'
import { add, concat, convolve, reshape, sliceAxis, sum } from '../tensor/operations/index.ts'
import { range, sizeOf } from '../tensor/shape.ts'
import { atPath, isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { SumOrder } from './target.ts'
import { directionsOf } from './winograd.ts'
import type { Directions } from './winograd.ts'

/** The sums so far are written and read again for every portion: that must be a small part of what is read otherwise. */
const smallPart = 1 / 8

/**
 * Gradients of kernels, of many or large images, are summed over some images after the others: every tile of such a product reads all
 * of them, and so finds them in a cache. Those by fewer products take longer for what they read, and win nothing by it; but where
 * they have few tiles, parts of their images are summed at the same time.
 */
export const sumInPortions = (outputs: readonly Tensor[], sums: SumOrder): Tensor[] =>
  replaceAll(outputs, (tensor) => {
    if (!isKind(tensor, 'convolve') || tensor.primitive.order !== 'positions') return tensor
    const directions = directionsOf(tensor, sums)
    return atPath(tensor.path, () =>
      directions === null ? inPortions(tensor, sums) : inParts(tensor, directions, sums),
    )
  })

/** The axis of the images, as the terms of such a sum: of x [groups, channels, height, width, images] and of the gradients. */
const [ofImages, ofGradients] = [4, 3] as const

const inPortions = (whole: Tensor<'convolve'>, sums: SumOrder): Tensor =>
  overSomeImages(whole, portionsOf(whole, sums)).reduce((sumSoFar, portion) => add(sumSoFar, portion))

function inParts(whole: Tensor<'convolve'>, directions: Directions, { winograd: { tile, tiles: enough } }: SumOrder) {
  const [, , , channels, units] = whole.shape
  const residues = sizeOf(directions.map(({ pitch }) => pitch))
  const tiles = Math.ceil((residues * channels) / tile.rows) * Math.ceil(units / tile.columns)
  const parts = overSomeImages(whole, Math.ceil(enough / tiles))
  if (parts.length === 1) return whole
  const beside = parts.map((part) => reshape(part, [1, ...part.shape]))
  return sum(concat(beside, 0), { axes: [0] })
}

/** The same sum over so many portions of the images, or fewer. */
function overSomeImages(whole: Tensor<'convolve'>, portions: number): Tensor[] {
  const { primitive, inputs } = whole
  const [x, gradients] = inputs
  const images = x.shape[ofImages]
  const perPortion = Math.ceil(images / portions)
  if (perPortion === images) return [whole]
  return range(Math.ceil(images / perPortion)).map((portion) => {
    const first = portion * perPortion
    const count = Math.min(perPortion, images - first)
    return convolve(sliceAxis(x, ofImages, first, count), sliceAxis(gradients, ofGradients, first, count), primitive)
  })
}

function portionsOf(
  { inputs: [x, gradients], shape, primitive: { size, dilation } }: Tensor<'convolve'>,
  { cachedBytes, tile }: SumOrder,
): number {
  const bytes = (tensor: Pick<Tensor, 'shape'>) => 4 * sizeOf(tensor.shape)
  const wanted = Math.ceil((bytes(x) + bytes(gradients)) / cachedBytes)
  const [groups, , , channels, units] = shape
  const positions = size[0] * size[1]
  // Each row of tiles reads all gradients, each column of them all images.
  const rowTiles = Math.ceil((positions * channels) / tile.rows)
  const columnTiles = Math.ceil(units / tile.columns)
  // Of images at a stride, each position sees only every so many pixels; positions walk by the dilation of the gradients' kernel.
  const seenOfImages = positions / Math.abs(dilation[0] * dilation[1])
  const read = bytes(gradients) * rowTiles + bytes(x) * seenOfImages * columnTiles
  const affordable = Math.floor((smallPart * read) / groups / (2 * bytes({ shape })))
  return Math.max(1, Math.min(wanted, affordable))
}
