/** A comparison in words, for terminals and pages alike. */
import { scoreText } from '../../evaluation/metric-table.ts'
import { durationWords } from '../../report/page/readable-text.ts'
import type { ComparedModel, Comparison, DrawingScores, NamingScores } from './comparison.ts'

/** A column of a table: what stands in it, and which of two numbers is better. */
export interface Column<Scores> {
  readonly title: string
  /** The same where there is little room. */
  readonly short: string
  /** What it says, in a sentence. */
  readonly meaning: string
  /** Null where nobody is best at it, as at being asked for a Markov chain. */
  readonly better: 'higher' | 'lower' | null
  /** Null where it was not measured. */
  value(scores: Scores, model: ComparedModel): number | null
  text(scores: Scores, model: ComparedModel): string
}

/** What stands where nothing was measured. */
const nothing = '–'

const numberOr = (value: number | null | undefined, text: (value: number) => string): string =>
  value === null || value === undefined ? nothing : text(value)

/** 98.4%. */
export const shareText = (share: number): string => `${(100 * share).toFixed(1)}%`

/** 0.034 s, 0.8 s, 42 s, 3 min 5 s. */
function secondsText(seconds: number): string {
  if (seconds < 0.1) return `${seconds.toPrecision(2)} s`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** 0.012 ms. */
const millisecondsText = (value: number): string => `${value < 1 ? value.toPrecision(2) : value.toFixed(1)} ms`

/** Of models that draw; `features` is the network in which distances are measured. */
export const drawingColumns = (features: string): readonly Column<DrawingScores>[] => [
  {
    title: 'Parzen, nats',
    short: 'Parzen',
    meaning: 'How likely test images are under Gaussian windows on the samples, as in the table of 2014.',
    better: 'higher',
    value: ({ parzen }) => parzen.value,
    text: ({ parzen }) => `${scoreText('parzen', parzen.value)} ± ${scoreText('parzen', parzen.spread ?? 0)}`,
  },
  {
    title: `FID (${features})`,
    short: 'FID',
    meaning: 'How far the features of the samples are from those of test images.',
    better: 'lower',
    value: ({ fid }) => fid.value,
    text: ({ fid }) => (fid.value < 100 ? fid.value.toPrecision(3) : fid.value.toFixed(0)),
  },
  {
    title: 'Two-sample accuracy',
    short: 'C2ST',
    meaning:
      'The accuracy of a classifier trained to tell samples from real images, with an interval of 95%: 50% is ideal.',
    better: 'lower',
    value: ({ twoSampleAccuracy }) => twoSampleAccuracy.value,
    text: ({ twoSampleAccuracy: { value, interval } }) =>
      interval === null
        ? shareText(value)
        : `${shareText(value)} (${interval.map((end) => (100 * end).toFixed(1)).join('–')})`,
  },
  {
    title: 'Learned for',
    short: 'learned',
    meaning: 'From the first look at the data to a model that draws.',
    better: 'lower',
    value: (_, { seconds }) => seconds,
    text: (_, { seconds }) => numberOr(seconds, secondsText),
  },
  {
    title: 'Per sample',
    short: 'sample',
    meaning: 'To draw one of many.',
    better: 'lower',
    value: ({ millisecondsPerSample }) => millisecondsPerSample,
    text: ({ millisecondsPerSample }) => numberOr(millisecondsPerSample, millisecondsText),
  },
  {
    title: 'Chain',
    short: 'chain',
    meaning: 'Whether samples are steps of a Markov chain, which only comes near to what the model means.',
    better: null,
    value: () => null,
    text: ({ needsMarkovChain }, { kind }) => (kind === 'real' ? nothing : needsMarkovChain ? 'yes' : 'no'),
  },
]

/** Of models that name classes, for so many images of each. */
export const namingColumns = (fewLabels: readonly number[]): readonly Column<NamingScores>[] => [
  {
    title: 'Learned from',
    short: 'images',
    meaning: 'How many images.',
    better: null,
    value: () => null,
    text: (_, { rows }) => numberOr(rows, counted),
  },
  {
    title: 'Accuracy',
    short: 'right',
    meaning: 'The share of test images that it names rightly.',
    better: 'higher',
    value: ({ accuracy }) => accuracy.value,
    text: ({ accuracy }) => shareText(accuracy.value),
  },
  {
    title: 'Calibration error',
    short: 'calibr.',
    meaning: 'How far its confidence is from how often it is right; 0 is a model that knows how sure it may be.',
    better: 'lower',
    value: ({ calibrationError }) => calibrationError,
    text: ({ calibrationError }) => shareText(calibrationError),
  },
  ...fewLabels.map((perClass): Column<NamingScores> => ({
    title: `${counted(perClass)} a class`,
    short: counted(perClass),
    meaning: 'Accuracy after learning from that many images of each class.',
    better: 'higher',
    value: (scores) => accuracyAt(scores, perClass),
    text: (scores) => numberOr(accuracyAt(scores, perClass), shareText),
  })),
  {
    title: 'Strange, by confidence',
    short: 'sure',
    meaning: 'How often it is surer of a test image than of an image of something else: 0.5 is guessing, 1 is always.',
    better: 'higher',
    value: ({ outliers }) => outliers.confidence,
    text: ({ outliers }) => numberOr(outliers.confidence, (area) => area.toFixed(3)),
  },
  {
    title: 'Strange, by likelihood',
    short: 'likely',
    meaning: 'How often it finds a test image likelier than an image of something else.',
    better: 'higher',
    value: ({ outliers }) => outliers.evidence,
    text: ({ outliers }) => numberOr(outliers.evidence, (area) => area.toFixed(3)),
  },
]

export const accuracyAt = ({ fewLabels }: NamingScores, perClass: number): number | null =>
  fewLabels.find((few) => few.perClass === perClass)?.accuracy ?? null

/** How many images of each class models learned from as well. */
export const fewLabelsOf = ({ models }: Comparison): number[] => {
  const all = models.flatMap(({ naming }) => naming?.fewLabels ?? []).filter(({ accuracy }) => accuracy !== null)
  return [...new Set(all.map(({ perClass }) => perClass))].toSorted((a, b) => a - b)
}

/** Models of a table, what it says of each, and which cells are the best of their columns. */
export interface Row {
  readonly model: ComparedModel
  readonly cells: readonly { readonly text: string; readonly isBest: boolean }[]
}

/** Without those in which nothing was measured of any model. */
export const filledColumns = <Scores>(
  columns: readonly Column<Scores>[],
  models: readonly ComparedModel[],
  scoresOf: (model: ComparedModel) => Scores | null,
): Column<Scores>[] =>
  columns.filter(({ text }) =>
    models.some((model) => {
      const scores = scoresOf(model)
      return scores !== null && text(scores, model) !== nothing
    }),
  )

/** Real images are no model, so they are not the best at anything; nor is anybody where all are alike. */
export function rowsOf<Scores>(
  models: readonly ComparedModel[],
  scoresOf: (model: ComparedModel) => Scores | null,
  columns: readonly Column<Scores>[],
): Row[] {
  const known = models.flatMap((model) => {
    const scores = scoresOf(model)
    return scores === null ? [] : [{ model, scores }]
  })
  const best = columns.map(({ better, value }) => {
    const values = known
      .filter(({ model }) => model.kind !== 'real')
      .map(({ scores, model }) => value(scores, model))
      .filter((number) => number !== null)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    if (better === null || !(low < high)) return null
    return better === 'higher' ? high : low
  })
  return known.map(({ model, scores }) => ({
    model,
    cells: columns.map(({ text, value }, index) => ({
      text: text(scores, model),
      isBest: model.kind !== 'real' && best[index] !== null && value(scores, model) === best[index],
    })),
  }))
}

/** Notes of models and of the whole, each once. */
export const notesOf = ({ notes, models }: Comparison): string[] => [
  ...new Set([...notes, ...models.flatMap((model) => model.notes)]),
]

/** How it was measured, in sentences. */
export function methodTexts(comparison: Comparison): string[] {
  const { count, test, training, features, outliers, seed, machine } = comparison
  return [
    `${counted(count)} samples of each model stand beside ${counted(Math.min(count, test.count))} of ${test.name}. Real images are ${counted(count)} of ${training.name} in the place of samples: what a perfect model would reach. Samples are rounded to 256 steps of gray, as pictures in files are.`,
    'Parzen windows: the estimate of Goodfellow et al. 2014, whose width up to 1,000 training images choose that no model but GANs learned from; ± is the standard error over test images. Likelihoods by Parzen windows are poor judges of images (Theis, van den Oord and Bethge 2016): centers of k-means outdo real images. Trust the other numbers first.',
    `FID is measured in the features of ${features.name}${features.accuracy === null ? '' : `, which names ${(100 * features.accuracy).toFixed(2)}% of the test images rightly`}; it does not compare with FID by Inception.`,
    'Telling samples from real ones: a small convolutional network learns it from one half of samples and test images, and is asked about the other half.',
    'Models that draw name a class by Bayes’ rule: the one under which the image is likeliest, times how frequent the class is. For Boltzmann machines that takes the free energy, and for belief nets that of the code which the lower machine makes of an image: how likely the image itself is, a belief net cannot tell, and what is unlike all that it knows may get a likely code. For a conditional GAN it takes Gaussian windows on its samples of each class, as a GAN does not know how likely an image is.',
    'Few labels: every model learns again from 10, 100 and 1,000 images of each class; whoever learns from fewer learns from some of those that others learn from. A conditional GAN has a third of its time for each, but chooses its windows by up to 1,000 labeled images in any case; a run that was there before was not trained again.',
    ...(outliers === null
      ? []
      : [
          `Something strange: ${counted(outliers.count)} images of ${outliers.name}. The numbers are areas under the ROC curve.`,
        ]),
    `Seed ${seed}; ${machine.processor}, ${machine.threads} ${machine.threads === 1 ? 'thread' : 'threads'}. Times are of that machine, with whatever else it was doing.`,
  ]
}

export const counted = (count: number): string => count.toLocaleString('en')

/** How long all models learned, in words. */
export const totalText = ({ models }: Comparison): string =>
  durationWords(models.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0))
