import { readNpy } from '../../data/npy.ts'
import { readWholeFile } from '../../files/read-file-node.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { UserError } from '../../tensor/errors.ts'
import { showShape } from '../../tensor/tensor.ts'
import type { Shape } from '../../tensor/tensor.ts'

/** Latents from a file. */
export interface StoredLatents {
  readonly count: number
  /** Some of them, one after the other. */
  at(first: number, count: number): Float32Array
}

/**
 * Reads latents [n, ...latent shape] of a generator from an .npy file. Throws a UserError where the generator takes none, or the array is
 * of another shape or holds what is no finite number.
 */
export async function readLatents(path: string, latentShape: Shape | null): Promise<StoredLatents> {
  if (latentShape === null) throw new UserError('This generator takes no latents; leave --latents out.')
  const { shape, values } = readNpy(await readWholeFile(path), path)
  const [count = 0, ...each] = shape
  const size = sizeOf(latentShape)
  if (count < 1 || sizeOf(each) !== size) {
    throw new UserError(
      `${path} holds ${showShape(shape)}; the latents of this generator are [n, ${latentShape.join(', ')}].`,
    )
  }
  const numbers = Float32Array.from(values, Number)
  if (!numbers.every(Number.isFinite)) throw new UserError(`${path} holds NaN or infinity; latents are finite numbers.`)
  return { count, at: (first, some) => numbers.subarray(first * size, (first + some) * size) }
}
