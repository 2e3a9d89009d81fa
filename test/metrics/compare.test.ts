import { describe, expect, expectTypeOf, it } from 'vitest'
import { divideIntoBins, sharesOfBins } from '../../src/metrics/different-bins.ts'
import { compare } from '../../src/metrics/compare.ts'
import type { FeatureExtractor } from '../../src/metrics/networks/feature-extractor.ts'
import type { AnyImageMetric, ImageMetric } from '../../src/metrics/image-sets/image-metric.ts'
import { imageMetrics } from '../../src/metrics/image-metrics.ts'
import type { ImageMetricName } from '../../src/metrics/image-metrics.ts'
import { slicedImages } from '../../src/metrics/statistics/image-set.ts'
import type { ImageSet } from '../../src/metrics/statistics/image-set.ts'
import { kernelDistance } from '../../src/metrics/kernel-distance.ts'
import { createRandomFeatures } from '../../src/metrics/networks/random-features.ts'
import { slicedWasserstein } from '../../src/metrics/sliced-wasserstein.ts'
import { twoSampleTest } from '../../src/metrics/two-sample-test.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { expected, features, generated as generatedRows, images, real as realRows } from './formula.ts'

const device = createDevice(inlineEngine(), { strict: true })

const real = images([8, 8, 1], 200, 1, 0.3)
const generated = images([8, 8, 1], 180, 2, 0.4)

/** Finds the rows of features in images that the field's own code has measured. */
let looks = 0
const known: FeatureExtractor = {
  name: 'known rows',
  size: 16,
  async features(set) {
    looks++
    return set === real ? realRows : generatedRows
  },
}

const names = Object.keys(imageMetrics) as ImageMetricName[]

describe('compare', () => {
  it('gives the numbers of the field and the name of the network', async () => {
    const wanted = ['fid', 'precision', 'recall', 'density', 'coverage'] as const
    const { features: network, ...scores } = await compare(device, real, generated, wanted, { features: known })
    expect(network).toBe('known rows')
    expect(Object.keys(scores)).toEqual(wanted)
    expect(scores.fid).toBeCloseTo(expected.frechet, 7)
    expect(scores.precision).toBeCloseTo(expected.precision, 6)
    expect(scores.recall).toBeCloseTo(expected.recall, 6)
    expect(scores.density).toBeCloseTo(expected.density, 12)
    expect(scores.coverage).toBeCloseTo(expected.coverage, 12)
  })

  it('gives the numbers of the single functions', async () => {
    const seed = 7
    const scores = await compare(device, real, generated, ['kid', 'ndb', 'twoSampleAccuracy'], {
      features: known,
      seed,
    })
    const { mean } = await kernelDistance(device, realRows, generatedRows, { subsetSize: 90, seed })
    const shares = await sharesOfBins(device, await divideIntoBins(device, realRows, { seed }), generatedRows)
    const { accuracy } = await twoSampleTest(device, real, generated, { seed })
    expect(scores).toEqual({
      kid: mean,
      ndb: shares.different / shares.bins,
      twoSampleAccuracy: accuracy,
      features: 'known rows',
    })
  })

  it('compares pairs as scikit-image does, without a network', async () => {
    const [gray, reference] = [images([24, 20, 1], 3, 12, 0.2), images([24, 20, 1], 3, 13, 0.1)]
    const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length
    const scores = await compare(device, reference, gray, ['psnr', 'ssim'])
    expect(Object.keys(scores)).toEqual(['psnr', 'ssim'])
    expect(scores.psnr).toBeCloseTo(meanOf(expected.psnr), 6)
    expect(scores.ssim).toBeCloseTo(meanOf(expected.ssim), 6)
  })

  it('looks at each set once, whatever is asked for', async () => {
    looks = 0
    await compare(device, real, generated, ['fid', 'kid', 'precision', 'recall', 'density'], { features: known })
    expect(looks).toBe(2)
  })

  it('sees by random features where no network is given, and makes one for each shape of images', async () => {
    const before = device.variables.size
    const { fid, features: network } = await compare(device, real, generated, ['fid'])
    const variables = device.variables.size - before
    expect(network).toBe('random network')
    const space = createRandomFeatures(device, real.shape)
    expect(await compare(device, real, generated, ['fid'], { features: space })).toEqual({ fid, features: network })
    await compare(device, generated, real, ['fid'])
    expect(device.variables.size).toBe(before + 2 * variables)
  })

  it('takes metrics of your own, of whatever they need', async () => {
    const brightness = (set: ImageSet) => set.values.reduce((a, b) => a + b) / set.values.length
    const scores = await compare(
      device,
      real,
      generated,
      [
        'fid',
        { name: 'swd', needs: 'features', value: (a, b) => slicedWasserstein(a, b) },
        { name: 'brighter', needs: 'images', value: async (a, b, { seed }) => brightness(b) - brightness(a) + seed },
        { name: 'shift', needs: 'moments', value: (a, b) => Math.abs(a.mean[0] - b.mean[0]) },
      ],
      { features: known, seed: 1 },
    )
    expect(scores.swd).toBe(slicedWasserstein(realRows, generatedRows))
    expect(scores.brighter).toBeCloseTo(1 + brightness(generated) - brightness(real), 6)
    expect(scores.shift).toBeCloseTo(0.2, 1)
    expectTypeOf(scores).toEqualTypeOf<
      { readonly [Name in 'fid' | 'swd' | 'brighter' | 'shift']: number } & { readonly features: string }
    >()
  })
})

describe('the types of scores', () => {
  it('are those of what was asked for', () => {
    const promised = () => compare(device, real, generated, ['psnr', 'twoSampleAccuracy'])
    expectTypeOf<keyof Awaited<ReturnType<typeof promised>>>().toEqualTypeOf<'psnr' | 'twoSampleAccuracy'>()
    const perhaps = (some: ImageMetricName[]) => compare(device, real, generated, some)
    expectTypeOf<Awaited<ReturnType<typeof perhaps>>['fid']>().toEqualTypeOf<number | undefined>()
    const refused: readonly (() => unknown)[] = [
      // @ts-expect-error -- no such metric
      () => compare(device, real, generated, ['fidd']),
      // @ts-expect-error -- was not asked for
      async () => (await compare(device, real, generated, ['fid'])).kid,
      // @ts-expect-error -- no network looks at pairs
      async () => (await compare(device, real, generated, ['psnr'])).features,
      // @ts-expect-error -- rows of features have no shape
      () => compare(device, real, generated, [{ name: 'own', needs: 'features', value: (a) => a.shape[0] }]),
      // @ts-expect-error -- no such need
      () => compare(device, real, generated, [{ name: 'own', needs: 'pixels', value: () => 0 }]),
    ]
    expect(refused).toHaveLength(5)
    const own: ImageMetric<'own', 'images'> = { name: 'own', needs: 'images', value: () => 0 }
    expectTypeOf(own).toExtend<AnyImageMetric>()
  })
})

describe('what does not fit is refused in one sentence, before anything is computed:', () => {
  const fails = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(UserError)
    return (error as Error).message
  }
  const first = (count: number) => slicedImages(generated, 0, count)

  it('unknown and repeated names', async () => {
    expect(await fails(compare(device, real, generated, ['fdi' as 'fid']))).toBe(
      `The metric 'fdi' is unknown; ask for ${names.join(', ')}, or give one of your own.`,
    )
    expect(await fails(compare(device, real, generated, ['fid', 'kid', 'fid']))).toBe(
      'Each metric needs a name of its own, and fid is asked for twice.',
    )
    const own: AnyImageMetric = { name: 'features', needs: 'images', value: () => 0 }
    expect(await fails(compare(device, real, generated, [own]))).toBe(
      'Each metric needs a name of its own, and features is the name of the network in the result.',
    )
  })

  it('images of two shapes, unless a network takes both', async () => {
    const others = images([9, 8, 1], 180, 2, 0.4)
    expect(await fails(compare(device, real, others, ['fid']))).toBe(
      'Real images of 8 x 8 x 1 and generated ones of 9 x 8 x 1 cannot be compared; resize one of the sets.',
    )
    expect(await fails(compare(device, real, others, ['fid', 'psnr'], { features: known }))).toContain('resize one')
    expect(await compare(device, real, others, ['fid'], { features: known })).toHaveProperty('fid')
  })

  it('too few images', async () => {
    looks = 0
    for (const name of names) {
      const { fewest = 1, needs } = imageMetrics[name]
      if (fewest === 1) continue
      expect(await fails(compare(device, real, first(fewest - 1), [name], { features: known }))).toBe(
        `The metric ${name} needs at least ${fewest} images of each set, and there are 200 real and ${fewest - 1} generated ones; give more images.`,
      )
      expect(needs).not.toBe('pairs')
    }
    expect(looks).toBe(0)
  })

  it('as many as asked for are enough', async () => {
    for (const name of names) {
      const { fewest = 1 } = imageMetrics[name]
      const [one, other] = [images([12, 12, 1], fewest, 1, 0.3), images([12, 12, 1], fewest, 2, 0.3)]
      const rows = [features(fewest, 3, 1), features(fewest, 3, 2)]
      const space: FeatureExtractor = { ...known, features: async (set) => rows[set === one ? 0 : 1] }
      const scores: Readonly<Record<string, unknown>> = await compare(device, one, other, [name], { features: space })
      expect(scores[name], name).toSatisfy(Number.isFinite)
    }
  })

  it('pairs of sets that have none', async () => {
    expect(await fails(compare(device, real, generated, ['psnr']))).toBe(
      'The metric psnr compares image by image, and there are 200 real and 180 generated ones; give as many of each.',
    )
  })
})
