import type { Device } from '../../runtime/device.ts'
import type { ImageSet } from '../statistics/image-set.ts'
import type { Moments } from '../statistics/moments.ts'
import type { Rows } from '../statistics/rows.ts'

/** What a metric can be given of each set of images, by the word for it. */
export interface MetricInputs {
  /** The images, all of one shape. */
  readonly images: ImageSet
  /** As many images of each set, to be compared one by one. */
  readonly pairs: ImageSet
  /** What a network makes of each image. */
  readonly features: Rows
  /** Mean and covariance of the features. */
  readonly moments: Moments
}

/** What a metric asks for. */
export type MetricNeed = keyof MetricInputs

/** What metrics may use beside the sets. */
export interface MetricContext {
  /** Where they compute. */
  readonly device: Device
  /** By which they draw, so that equal calls give equal numbers. */
  readonly seed: number
}

/** One number that says how two sets of images compare. */
export interface ImageMetric<Name extends string = string, Need extends MetricNeed = MetricNeed> {
  /** Its name in the result. */
  readonly name: Name
  /** What `value` is given of each set: 'images', 'pairs', 'features' or 'moments'. */
  readonly needs: Need
  /** How many images each set must have; default 1. */
  readonly fewest?: number
  /** The number, of what `needs` names. */
  readonly value: (
    real: MetricInputs[Need],
    generated: MetricInputs[Need],
    context: MetricContext,
  ) => number | Promise<number>
}

/** Metrics by what they need. */
export type MetricsByNeed = { readonly [Need in MetricNeed]: ImageMetric<string, Need> }

/** A metric of whatever it needs. */
export type AnyImageMetric = MetricsByNeed[MetricNeed]

/** A metric that other metrics are numbers of: it is measured once for two sets, however many of them are asked for. */
export function measuredOnce<Input extends object, Measures>(
  measure: (device: Device, real: Input, generated: Input) => Promise<Measures>,
): (real: Input, generated: Input, context: MetricContext) => Promise<Measures> {
  const measured = new WeakMap<Input, { readonly generated: Input; readonly measures: Promise<Measures> }>()
  return (real, generated, { device }) => {
    const known = measured.get(real)
    if (known?.generated === generated) return known.measures
    const measures = measure(device, real, generated)
    measured.set(real, { generated, measures })
    return measures
  }
}
