import type { ImageShape } from '../data/source.ts'
import { decodeSafetensors, encodeSafetensors } from '../files/safetensors.ts'
import type { StoredTensor } from '../files/safetensors.ts'
import type { ReferenceStatistics } from '../metrics/image-sets/reference-statistics.ts'
import { UserError } from '../tensor/errors.ts'

const format = 'forger reference statistics 1'

/** The bytes of a safetensors file that keeps reference statistics to the last bit. */
export function encodeReferenceStatistics(statistics: ReferenceStatistics): Uint8Array {
  const { size, mean, covariance, probe, features, count, shape } = statistics
  const tensors = new Map<string, StoredTensor>([
    ['mean', { dtype: 'f64', shape: [size], values: mean }],
    ['covariance', { dtype: 'f64', shape: [size, size], values: covariance }],
    ['probe', { dtype: 'f32', shape: [size], values: probe }],
  ])
  return encodeSafetensors({ tensors, metadata: { format, features, count: String(count), shape: shape.join(' x ') } })
}

/** Reads what `encodeReferenceStatistics` wrote. `file` is its name in messages. Throws a UserError where it is something else. */
export function decodeReferenceStatistics(bytes: Uint8Array, file = 'The file'): ReferenceStatistics {
  const { tensors, metadata } = decodeSafetensors(bytes, file)
  if (metadata.format !== format)
    throw new UserError(`${file} does not hold reference statistics; write them with encodeReferenceStatistics.`)
  const size = tensors.get('mean')?.values.length ?? 0
  const mean = valuesOf('mean', [size])
  const covariance = valuesOf('covariance', [size, size])
  const probe = valuesOf('probe', [size])
  const [count, shape] = [Number(metadata.count), shapeIn(metadata.shape ?? '')]
  if (!(mean instanceof Float64Array && covariance instanceof Float64Array && probe instanceof Float32Array))
    throw broken()
  if (!(Number.isInteger(count) && count >= 2 && shape !== null && metadata.features !== undefined)) throw broken()
  return { size, mean, covariance, probe, features: metadata.features, count, shape }

  function valuesOf(name: string, expected: readonly number[]) {
    const tensor = tensors.get(name)
    if (tensor === undefined || tensor.shape.join() !== expected.join() || !tensor.values.every(Number.isFinite))
      throw broken()
    return tensor.values
  }

  function broken(): UserError {
    return new UserError(`${file} is broken: its parts do not make reference statistics; compute and write them again.`)
  }
}

/** Of '28 x 28 x 1'; null where that is no shape of images. */
function shapeIn(text: string): ImageShape | null {
  const sizes = text.split(' x ').map(Number)
  const [height, width, channels] = sizes
  return sizes.length === 3 && sizes.every((size) => Number.isInteger(size) && size >= 1)
    ? [height, width, channels]
    : null
}
