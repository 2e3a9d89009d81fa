import type { Program } from '../../runtime/compile.ts'
import { readFloats, write } from '../../runtime/device.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { slicedImages } from '../statistics/image-set.ts'
import type { ImageSet } from '../statistics/image-set.ts'
import { filledUp } from '../statistics/on-device.ts'
import type { Rows } from '../statistics/rows.ts'

/** A network that sees a block of images at a time. */
export interface Viewer {
  /** Where it looks: [block, height, width, channels]. */
  readonly shown: Variable
  /** Looks. */
  readonly program: Program<never>
}

/** What the network finds of each image: rows of `found`, [block, size], block by block. */
export async function look(
  device: Device,
  { shown, program }: Viewer,
  found: Variable,
  images: ImageSet,
): Promise<Rows> {
  const [block, size] = found.tensor.shape
  const values = new Float32Array(images.count * size)
  for (let first = 0; first < images.count; first += block) {
    const count = Math.min(block, images.count - first)
    write(device, shown, filledUp(slicedImages(images, first, count).values, sizeOf(shown.tensor.shape), 0))
    await program.run()
    values.set(readFloats(device, found.tensor).subarray(0, count * size), first * size)
  }
  return { values, count: images.count, size }
}
