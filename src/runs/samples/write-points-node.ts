import { extname } from 'node:path'
import { writeNpy } from '../../data/npy.ts'
import type { PointSource } from '../../data/source.ts'
import { UserError } from '../../tensor/errors.ts'
import { writePicture } from '../../files/write-picture-node.ts'
import { drawScatter } from './scatter-plot.ts'
import { writeWholeFile } from '../../files/whole-file-node.ts'

/** In pixels. */
const side = 960

/**
 * Writes points where `out` says: a picture of them over the real ones (.png), or an array of floats [count, 2] (.npy). Throws
 * a UserError where it cannot.
 */
export async function writePoints(out: string, points: Float32Array, real: PointSource): Promise<void> {
  const ending = extname(out).toLowerCase()
  if (ending === '.png') return writePicture(out, drawScatter(real, points, side))
  if (ending === '.npy') return writeWholeFile(out, writeNpy([points.length / 2, 2], points))
  throw new UserError(`Points are not written as ${ending === '' ? 'a folder' : ending}; name a .png or an .npy.`)
}
