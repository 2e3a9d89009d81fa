import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { loadReferenceStatistics, saveReferenceStatistics } from '../../src/features/statistics-file-node.ts'
import { decodeReferenceStatistics, encodeReferenceStatistics } from '../../src/features/statistics-file.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/files/safetensors.ts'
import { compare } from '../../src/metrics/compare.ts'
import { referenceStatistics } from '../../src/metrics/image-sets/reference-statistics.ts'
import type { ReferenceStatistics } from '../../src/metrics/image-sets/reference-statistics.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { images } from '../metrics/formula.ts'

const folder = mkdtempSync(join(tmpdir(), 'forger-statistics-'))
afterAll(() => rmSync(folder, { recursive: true }))

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const statistics: fc.Arbitrary<ReferenceStatistics> = fc.integer({ min: 1, max: 5 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    mean: fc.array(finite, { minLength: size, maxLength: size }).map((values) => Float64Array.from(values)),
    covariance: fc
      .array(finite, { minLength: size * size, maxLength: size * size })
      .map((values) => Float64Array.from(values)),
    probe: fc
      .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: size, maxLength: size })
      .map((values) => Float32Array.from(values)),
    features: fc.string(),
    count: fc.integer({ min: 2, max: 1e6 }),
    shape: fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 999 }), fc.constantFrom(1, 3)),
  }),
)
const some: ReferenceStatistics = {
  size: 2,
  mean: Float64Array.of(1, 2),
  covariance: Float64Array.of(1, 0.5, 0.5, 2),
  probe: Float32Array.of(3, 4),
  features: 'some network',
  count: 9,
  shape: [4, 5, 3],
}

/** What is said of bytes that are no statistics. */
function refusalOf(bytes: Uint8Array): string {
  try {
    decodeReferenceStatistics(bytes, 'kept.safetensors')
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    return (error as Error).message
  }
  return 'none'
}

describe('a file of reference statistics', () => {
  it('keeps every bit', () => {
    fc.assert(
      fc.property(statistics, (kept) => {
        expect(decodeReferenceStatistics(encodeReferenceStatistics(kept))).toEqual(kept)
      }),
    )
  })

  it('gives the FID that the images give, from the disk', async () => {
    const device = createDevice(inlineEngine(), { strict: true })
    const [real, generated] = [images([8, 8, 1], 60, 1, 0.3), images([8, 8, 1], 50, 2, 0.4)]
    const path = join(folder, 'real.safetensors')
    await saveReferenceStatistics(path, await referenceStatistics(device, real))
    const { fid } = await compare(device, await loadReferenceStatistics(path), generated, ['fid'])
    const { fid: direct } = await compare(device, real, generated, ['fid'])
    expect(Math.abs(fid / direct - 1)).toBeLessThan(1e-9)
    const { tensors } = decodeSafetensors(readFileSync(path), path)
    expect(Array.from(tensors, ([name, { dtype, shape }]) => `${name} ${dtype} ${shape.join(' x ')}`)).toEqual([
      'covariance f64 128 x 128',
      'mean f64 128',
      'probe f32 128',
    ])
  })

  it('is refused where it holds something else, is broken or is not there', async () => {
    const bytes = encodeReferenceStatistics(some)
    const { tensors, metadata } = decodeSafetensors(bytes, 'kept.safetensors')
    const other = (changes: Readonly<Record<string, string>>, without = '') =>
      encodeSafetensors({
        tensors: new Map([...tensors].filter(([name]) => name !== without)),
        metadata: { ...metadata, ...changes },
      })
    expect(refusalOf(other({}))).toBe('none')
    expect(refusalOf(other({ format: 'forger checkpoint 1' }))).toBe(
      'kept.safetensors does not hold reference statistics; write them with encodeReferenceStatistics.',
    )
    const broken =
      'kept.safetensors is broken: its parts do not make reference statistics; compute and write them again.'
    for (const without of tensors.keys()) expect(refusalOf(other({}, without))).toBe(broken)
    for (const shape of ['', '4 x 5', '4 x 0 x 3', '4 x 5 x 3 x 1', 'a x b x c'])
      expect(refusalOf(other({ shape }))).toBe(broken)
    for (const count of ['', '1', '2.5', 'many']) expect(refusalOf(other({ count }))).toBe(broken)
    const infinite = { ...some, mean: Float64Array.of(1, Infinity) }
    expect(refusalOf(encodeReferenceStatistics(infinite))).toBe(broken)
    expect(refusalOf(bytes.subarray(0, bytes.length - 1))).toContain('is cut short')

    const missing = join(folder, 'missing.safetensors')
    await expect(loadReferenceStatistics(missing)).rejects.toThrow(`Cannot read ${missing}: it does not exist.`)
    const text = join(folder, 'text.safetensors')
    writeFileSync(text, 'no statistics at all')
    await expect(loadReferenceStatistics(text)).rejects.toThrow('is not a safetensors file')
    await expect(saveReferenceStatistics(join(missing, 'x'), some)).rejects.toThrow('its folder does not exist')
  })
})
