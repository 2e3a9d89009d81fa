import { replaceAll } from '../tensor/graph.ts'
import { add, convolve, sliceAxis } from '../tensor/operations/index.ts'
import { range, sizeOf } from '../tensor/shape.ts'
import { atPath, isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Bytes of images and gradients that stay in the caches of a core while all tiles of a product go over them. */
const cached = 3 * 2 ** 20

/** About the rows and columns of a tile: each row of tiles reads all gradients, each column of them all images. */
const tile = { rows: 132, columns: 128 }

/** The sums so far are written and read again for every portion: that must be a small part of what is read otherwise. */
const smallPart = 1 / 8

/**
 * Gradients of kernels, of many or large images, are summed over some images after the others: every tile of such a product reads all
 * of them, and so finds them in a cache.
 */
export const sumInPortions = (outputs: readonly Tensor[]): Tensor[] =>
  replaceAll(outputs, (tensor) => {
    const isGradient = isKind(tensor, 'convolve') && tensor.primitive.order === 'positions'
    return isGradient ? atPath(tensor.path, () => inPortions(tensor)) : tensor
  })

/** The axis of the images, as the terms of such a sum: of x [groups, channels, height, width, images] and of the gradients. */
const [ofImages, ofGradients] = [4, 3] as const

function inPortions(whole: Tensor<'convolve'>): Tensor {
  const { primitive, inputs } = whole
  const [x, gradients] = inputs
  const images = x.shape[ofImages]
  const perPortion = Math.ceil(images / portionsOf(whole))
  if (perPortion === images) return whole
  return range(Math.ceil(images / perPortion))
    .map((portion) => {
      const first = portion * perPortion
      const count = Math.min(perPortion, images - first)
      return convolve(sliceAxis(x, ofImages, first, count), sliceAxis(gradients, ofGradients, first, count), primitive)
    })
    .reduce((sum, portion) => add(sum, portion))
}

function portionsOf({ inputs: [x, gradients], shape, primitive: { size, dilation } }: Tensor<'convolve'>): number {
  const bytes = (tensor: Pick<Tensor, 'shape'>) => 4 * sizeOf(tensor.shape)
  const wanted = Math.ceil((bytes(x) + bytes(gradients)) / cached)
  const [groups, , , channels, units] = shape
  const positions = size[0] * size[1]
  const rowTiles = Math.ceil((positions * channels) / tile.rows)
  const columnTiles = Math.ceil(units / tile.columns)
  // Of images at a stride, each position sees only every so many pixels; positions walk by the dilation of the gradients' kernel.
  const seenOfImages = positions / Math.abs(dilation[0] * dilation[1])
  const read = bytes(gradients) * rowTiles + bytes(x) * seenOfImages * columnTiles
  const affordable = Math.floor((smallPart * read) / groups / (2 * bytes({ shape })))
  return Math.max(1, Math.min(wanted, affordable))
}
