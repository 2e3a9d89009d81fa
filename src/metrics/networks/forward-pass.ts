import type { Program } from '../../runtime/compile.ts'
import { readFloats, write } from '../../runtime/device.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { slicedImages } from '../statistics/image-set.ts'
import type { ImageSet } from '../statistics/image-set.ts'
import { filledUp } from '../statistics/on-device.ts'
import type { Rows } from '../statistics/rows.ts'

/** A compiled network that takes a block of images at a time. */
export interface ImageNetwork {
  /** Its input, [block, height, width, channels]. */
  readonly input: Variable
  /** The forward pass over one block. */
  readonly program: Program<never>
}

/** One output of the network for each image, [count, size]; `output` is [block, size]. */
export async function forwardPass(
  device: Device,
  { input, program }: ImageNetwork,
  output: Variable,
  images: ImageSet,
): Promise<Rows> {
  const [block, size] = output.tensor.shape
  const values = new Float32Array(images.count * size)
  for (let first = 0; first < images.count; first += block) {
    const count = Math.min(block, images.count - first)
    write(device, input, filledUp(slicedImages(images, first, count).values, sizeOf(input.tensor.shape), 0))
    await program.run()
    values.set(readFloats(device, output.tensor).subarray(0, count * size), first * size)
  }
  return { values, count: images.count, size }
}
