/** What each number of an evaluation is, for tables and for people. */
export interface MetricText {
  readonly title: string
  /** Which way is better; 'real' where it is to be near that of real samples. */
  readonly better: 'higher' | 'lower' | 'real'
  /** How it is written: so many decimals, or as a share of 100. */
  readonly decimals: number | 'percent'
  /** What it says, in a sentence or two. */
  readonly meaning: string
}

/** What is measured, by the name it has in evaluation.json. */
export type MetricName =
  | 'parzen'
  | 'fid'
  | 'kid'
  | 'precision'
  | 'recall'
  | 'density'
  | 'coverage'
  | 'inceptionScore'
  | 'twoSampleAccuracy'
  | 'differentBins'
  | 'slicedWasserstein'
  | 'modes'
  | 'modeDivergence'
  | 'highQualitySamples'
  | 'copying'

/** All numbers. */
export const metricTable: Readonly<Record<MetricName, MetricText>> = {
  parzen: {
    title: 'Parzen log-likelihood',
    better: 'higher',
    decimals: 1,
    meaning:
      'How likely test images are under Gaussian windows on the samples, in nats, as Goodfellow et al. measured it in 2014; other training images choose their width. Images may score high and look bad, and the other way round.',
  },
  fid: {
    title: 'FID',
    better: 'lower',
    decimals: 3,
    meaning:
      'The Fréchet distance between samples and test images: how far apart the means and the spreads of their features are.',
  },
  kid: {
    title: 'KID',
    better: 'lower',
    decimals: 4,
    meaning:
      'The kernel distance between the features of samples and of test images: 0 on average where both are alike.',
  },
  precision: {
    title: 'Precision',
    better: 'higher',
    decimals: 'percent',
    meaning: 'The share of samples that lie among test images: how real they look.',
  },
  recall: {
    title: 'Recall',
    better: 'higher',
    decimals: 'percent',
    meaning: 'The share of test images that lie among the samples: how much of the variety is reached.',
  },
  density: {
    title: 'Density',
    better: 'real',
    decimals: 3,
    meaning:
      'How closely samples stand around test images: precision that single outliers do not decide, about 1 for real images.',
  },
  coverage: {
    title: 'Coverage',
    better: 'higher',
    decimals: 'percent',
    meaning: 'The share of test images with a sample nearby: recall that single outliers do not decide.',
  },
  inceptionScore: {
    title: 'Inception-style score',
    better: 'higher',
    decimals: 3,
    meaning: 'High where each sample is plainly of one class and all classes occur; at most the number of classes.',
  },
  twoSampleAccuracy: {
    title: 'Two-sample accuracy (C2ST)',
    better: 'lower',
    decimals: 'percent',
    meaning:
      'The accuracy of a classifier that was trained to tell samples from real ones, on others of both: 50% is ideal.',
  },
  differentBins: {
    title: 'Statistically different bins (NDB)',
    better: 'lower',
    decimals: 'percent',
    meaning:
      'The share of clusters of test samples that hold significantly more or fewer generated samples than their share.',
  },
  slicedWasserstein: {
    title: 'Sliced Wasserstein distance',
    better: 'lower',
    decimals: 4,
    meaning: 'How far points would have to be moved to become test points, along random directions.',
  },
  modes: {
    title: 'Modes found',
    better: 'higher',
    decimals: 0,
    meaning: 'How many of the modes that the data are made of have a sample.',
  },
  modeDivergence: {
    title: 'Divergence of modes',
    better: 'lower',
    decimals: 4,
    meaning: 'How unevenly samples are spread over the modes, in nats: the Kullback-Leibler divergence from real data.',
  },
  highQualitySamples: {
    title: 'High-quality samples',
    better: 'real',
    decimals: 'percent',
    meaning: 'The share of points within 3 standard deviations of a mode: 98.9% of a round normal distribution.',
  },
  copying: {
    title: 'Copies, C_T',
    better: 'real',
    decimals: 1,
    meaning:
      'Whether samples are nearer to training samples than unseen real ones are: about 0 for a model that has learned the data, below -3 copies, above 3 off the data.',
  },
}

/** Metrics that evaluation.json called by other names before. */
export const formerNames: Readonly<Record<string, MetricName>> = {
  toldApart: 'twoSampleAccuracy',
  binsDifferent: 'differentBins',
  nearModes: 'highQualitySamples',
}

/** A number as tables have it: 12.31, 98.4%. */
export function scoreText(metric: MetricName, value: number): string {
  const { decimals } = metricTable[metric]
  const [scaled, digits, unit] = decimals === 'percent' ? [100 * value, 1, '%'] : [value, decimals, '']
  // Features of some networks are small, and so are all distances between them.
  const isTiny = value !== 0 && digits >= 3 && Math.abs(value) < 10 ** -digits
  if (isTiny) return value.toPrecision(2)
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'negative' } as const
  return scaled.toLocaleString('en', format) + unit
}
