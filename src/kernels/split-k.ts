import { replaceAll } from '../tensor/graph.ts'
import { add, concat, convolve, reshape, sliceAxis, sum } from '../tensor/operations/index.ts'
import { range, sizeOf } from '../tensor/shape.ts'
import { atPath, isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { SumOrder } from './target.ts'
import { directionsOf } from './winograd.ts'
import type { Directions } from './winograd.ts'

/** The sums so far are written and read again for every chunk: that must be a small part of what is read otherwise. */
const smallPart = 1 / 8

/**
 * Split-K for gradients of convolution kernels, whose sums run over all images. With many or large images they are summed chunk by
 * chunk: every tile of such a product reads all images of a chunk, and finds them in a cache. Those by Winograd's algorithm take longer
 * for what they read, and gain nothing by it; but if they have few tiles, chunks are summed at the same time.
 */
export const splitLongSums = (outputs: readonly Tensor[], sums: SumOrder): Tensor[] =>
  replaceAll(outputs, (tensor) => {
    if (!isKind(tensor, 'convolve') || tensor.primitive.order !== 'positions') return tensor
    const directions = directionsOf(tensor, sums)
    return atPath(tensor.path, () =>
      directions === null ? inSequence(tensor, sums) : inParallel(tensor, directions, sums),
    )
  })

/** The axis of the images, as the terms of such a sum: of x [groups, channels, height, width, images] and of the gradients. */
const [ofImages, ofGradients] = [4, 3] as const

const inSequence = (whole: Tensor<'convolve'>, sums: SumOrder): Tensor =>
  inChunks(whole, chunksOf(whole, sums)).reduce((sumSoFar, chunk) => add(sumSoFar, chunk))

function inParallel(
  whole: Tensor<'convolve'>,
  directions: Directions,
  { winograd: { tile, tiles: enough } }: SumOrder,
) {
  const [, , , channels, units] = whole.shape
  const residues = sizeOf(directions.map(({ pitch }) => pitch))
  const tiles = Math.ceil((residues * channels) / tile.rows) * Math.ceil(units / tile.columns)
  const chunks = inChunks(whole, Math.ceil(enough / tiles))
  if (chunks.length === 1) return whole
  const stacked = chunks.map((chunk) => reshape(chunk, [1, ...chunk.shape]))
  return sum(concat(stacked, 0), { axes: [0] })
}

/** The same sum over each of up to `most` chunks of the images. */
function inChunks(whole: Tensor<'convolve'>, most: number): Tensor[] {
  const { primitive, inputs } = whole
  const [x, gradients] = inputs
  const images = x.shape[ofImages]
  const perChunk = Math.ceil(images / most)
  if (perChunk === images) return [whole]
  return range(Math.ceil(images / perChunk)).map((chunk) => {
    const first = chunk * perChunk
    const count = Math.min(perChunk, images - first)
    return convolve(sliceAxis(x, ofImages, first, count), sliceAxis(gradients, ofGradients, first, count), primitive)
  })
}

/** How many chunks keep images and gradients in a cache, if that is worth it. */
function chunksOf(
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
