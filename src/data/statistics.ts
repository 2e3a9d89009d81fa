import type { ImageSource, PointSource, Source } from './source.ts'

/** What can be told of the pixels of a source, as bytes from 0 to 255. */
export interface PixelStatistics {
  readonly lowest: number
  readonly highest: number
  /** Of each channel. */
  readonly mean: readonly number[]
  /** The standard deviation of each channel. */
  readonly deviation: readonly number[]
}

/** Exact: counted, not summed up. */
export function pixelStatistics({ images, shape }: Pick<ImageSource, 'images' | 'shape'>): PixelStatistics {
  const channels = shape[2]
  const counts = new Float64Array(256 * channels)
  for (let at = 0; at < images.length; at++) counts[(at % channels) * 256 + images[at]]++
  const total = images.length / channels
  const histograms = Array.from({ length: channels }, (_, channel) =>
    counts.subarray(256 * channel, 256 * (channel + 1)),
  )
  const mean = histograms.map((histogram) => histogram.reduce((sum, count, value) => sum + count * value, 0) / total)
  const deviation = histograms.map((histogram, channel) => {
    const squares = histogram.reduce((sum, count, value) => sum + count * (value - mean[channel]) ** 2, 0)
    return Math.sqrt(squares / total)
  })
  const isThere = (_: unknown, value: number) => histograms.some((histogram) => histogram[value] > 0)
  const values = Array.from({ length: 256 }, (_, value) => value).filter(isThere)
  return { lowest: values[0], highest: values[values.length - 1], mean, deviation }
}

/** What can be told of points, for each coordinate. */
export interface PointStatistics {
  readonly lowest: readonly number[]
  readonly highest: readonly number[]
  readonly mean: readonly number[]
  /** The standard deviation. */
  readonly deviation: readonly number[]
}

/** Of at least one point. */
export function pointStatistics({ points, shape }: Pick<PointSource, 'points' | 'shape'>): PointStatistics {
  const [coordinates] = shape
  const each = <T>(of: (values: Float32Array) => T): T[] =>
    Array.from({ length: coordinates }, (_, which) => of(points.filter((_value, at) => at % coordinates === which)))
  const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    lowest: each((values) => values.reduce((least, value) => Math.min(least, value), Infinity)),
    highest: each((values) => values.reduce((most, value) => Math.max(most, value), -Infinity)),
    mean: each(meanOf),
    deviation: each((values) => {
      const mean = meanOf(values)
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    }),
  }
}

export interface ClassCount {
  readonly label: number
  /** What the label means, or null where nobody says. */
  readonly name: string | null
  readonly count: number
}

/** How often each label occurs, of those that have a name or occur at all; null where there are no labels. */
export function classCounts({ labels, classes }: Pick<Source, 'labels' | 'classes'>): ClassCount[] | null {
  if (labels === null) return null
  const counts = Array<number>(Math.max(256, classes?.length ?? 0)).fill(0)
  for (const label of labels) counts[label]++
  return counts
    .map((count, label) => ({ label, name: classes?.[label] ?? null, count }))
    .filter(({ name, count }) => name !== null || count > 0)
}
