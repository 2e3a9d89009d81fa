import { describe, expect, it } from 'vitest'
import { compare } from '../../../src/metrics/compare.ts'
import type { FeatureExtractor } from '../../../src/metrics/networks/feature-extractor.ts'
import { frechetDistance } from '../../../src/metrics/frechet-distance.ts'
import { momentsOf } from '../../../src/metrics/statistics/moments.ts'
import { createRandomFeatures } from '../../../src/metrics/networks/random-features.ts'
import { referenceStatistics } from '../../../src/metrics/image-sets/reference-statistics.ts'
import type { ReferenceStatistics } from '../../../src/metrics/image-sets/reference-statistics.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { images } from '../formula.ts'

const device = createDevice(inlineEngine(), { strict: true })
const real = images([8, 8, 1], 200, 1, 0.3)
const generated = images([8, 8, 1], 180, 2, 0.4)

/** A network that sees what the random one sees, changed a little or called something else. */
const changed = (change: (value: number) => number, name = 'random network'): FeatureExtractor => {
  const space = createRandomFeatures(device, real.shape)
  return {
    ...space,
    name,
    features: async (set) => {
      const rows = await space.features(set)
      return { ...rows, values: rows.values.map(change) }
    },
  }
}

describe('kept reference statistics', () => {
  it('give the FID of the images, to compare and to frechetDistance', async () => {
    const statistics = await referenceStatistics(device, real)
    expect(statistics).toMatchObject({ size: 128, features: 'random network', count: 200, shape: [8, 8, 1] })
    const { fid } = await compare(device, real, generated, ['fid'])
    const kept = await compare(device, statistics, generated, ['fid'])
    expect(Math.abs(kept.fid / fid - 1)).toBeLessThan(1e-9)
    expect(kept.features).toBe('random network')
    const rows = await createRandomFeatures(device, real.shape).features(generated)
    expect(Math.abs(frechetDistance(statistics, await momentsOf(device, rows)) / fid - 1)).toBeLessThan(1e-9)
  })

  it('serve metrics of moments of your own, and by types no others', async () => {
    const statistics = await referenceStatistics(device, real)
    const { shift } = await compare(device, statistics, generated, [
      { name: 'shift', needs: 'moments', value: (a, b) => Math.abs(a.mean[0] - b.mean[0]) },
    ])
    expect(shift).toBeGreaterThan(0)
    const refused: readonly (() => Promise<unknown>)[] = [
      // @ts-expect-error -- needs the features of single images
      () => compare(device, statistics, generated, ['fid', 'kid']),
      // @ts-expect-error -- needs the images
      () => compare(device, statistics, generated, [{ name: 'own', needs: 'images', value: () => 0 }]),
    ]
    await expect(refused[0]()).rejects.toThrow(
      'The metric kid needs the real images themselves; their statistics are enough for fid alone, and for metrics of moments.',
    )
    await expect(refused[1]()).rejects.toThrow('The metric own needs the real images themselves')
  })

  it('are of one network: not of another name, other weights or other images', async () => {
    const statistics = await referenceStatistics(device, real)
    const fidBy = (features: FeatureExtractor, of: ReferenceStatistics = statistics) =>
      compare(device, of, generated, ['fid'], { features })
    expect(await fidBy(changed((value) => value * (1 + 1e-5)))).toHaveProperty('fid')
    const refused: [features: FeatureExtractor, why: string][] = [
      [
        changed((value) => value, 'inception'),
        'The reference statistics are by random network (128 features), not by inception (128 features); give that network as features.',
      ],
      [
        changed((value) => 1.1 * value),
        'The reference statistics are by another network called random network, with other weights; compute them again with this one.',
      ],
    ]
    for (const [features, why] of refused) {
      const error: unknown = await fidBy(features).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(UserError)
      expect(error).toHaveProperty('message', why)
    }
    await expect(compare(device, statistics, images([9, 8, 1], 20, 1, 0.3), ['fid'])).rejects.toThrow('resize one')
  })

  it('need two images', async () => {
    await expect(referenceStatistics(device, images([8, 8, 1], 1, 1, 0.3))).rejects.toThrow('at least two rows')
  })
})
