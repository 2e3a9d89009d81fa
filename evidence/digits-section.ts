import { join } from 'node:path'
import { loadSource } from '../src/data/sources.ts'
import { classShares, likeliestClasses } from '../src/metrics/statistics/class-shares.ts'
import type { ClassShares } from '../src/metrics/statistics/class-shares.ts'
import { frechetDistance } from '../src/metrics/frechet-distance.ts'
import { imagesOfBytes } from '../src/metrics/statistics/image-set.ts'
import { momentsOf } from '../src/metrics/statistics/moments.ts'
import type { Moments } from '../src/metrics/statistics/moments.ts'
import type { TestedClassifier } from '../src/features/kept-classifier-node.ts'
import { rowsByClass, writeGrid } from './image-pictures.ts'
import type { FoundRun } from './image-runs.ts'
import { drawImages, effortOf, held, howTimed, percent } from './judging.ts'
import type { Judging, Section } from './judging.ts'
import { code, table } from './results-page.ts'

const dataSets: readonly string[] = ['mnist', 'fashion']
const usualSamples = 10_000
const columns = 16

/** What the classifier says of a set of images. */
interface Verdict {
  /** What it is of, and how it is told of: the first cells of its lines. */
  readonly name: string
  readonly data: string
  readonly steps: string
  readonly minutes: string
  readonly shares: ClassShares
  readonly distance: number
}

/** A data set, and who judges images like its own. */
interface Judge {
  readonly classifier: TestedClassifier
  readonly names: readonly string[]
  /** Of the test images' features. */
  readonly moments: Moments
  /** What the classifier says of real images. */
  readonly real: Verdict
}

/** Do the classes of digits and clothes all come, how often, and how surely does a classifier name them? */
export const digitsSection: Section = {
  name: 'digits-and-clothes',
  tellsOf: (data) => dataSets.includes(data),
  async write(runs, judging) {
    const count = judging.samples ?? usualSamples
    const judges = new Map<string, Judge>()
    for (const data of dataSets.filter((set) => runs.some(({ options }) => options.data === set))) {
      judges.set(data, await judgeFor(data, judging))
    }
    const verdicts: Verdict[] = []
    for (const run of runs) {
      const judge = judges.get(run.options.data)
      if (judge) verdicts.push(await judgeRun(run, judge, count, judging))
    }
    return page(runs, verdicts, judges, count, judging)
  },
}

async function judgeFor(data: string, { device, classifierOf, tell }: Judging): Promise<Judge> {
  tell(`${data}: the classifier`)
  const classifier = await classifierOf(data)
  const [train, test] = [held(await loadSource(data, 'train')), held(await loadSource(data, 'test'))]
  const images = imagesOfBytes(test.images, test.shape)
  // As many as there are to test.
  const others = imagesOfBytes(train.images.subarray(0, test.images.length), train.shape)
  const moments = await momentsOf(device, await classifier.features(images))
  const shares = classShares(await classifier.probabilities(images))
  const distance = frechetDistance(await momentsOf(device, await classifier.features(others)), moments)
  return {
    classifier,
    names: test.classes ?? [],
    moments,
    real: { name: 'real images', data, steps: '', minutes: '', shares, distance },
  }
}

async function judgeRun(run: FoundRun, judge: Judge, count: number, judging: Judging): Promise<Verdict> {
  const { device, seed, pictures, tell } = judging
  const { classifier, moments } = judge
  tell(`${run.name}: ${count} samples of step ${run.step}`)
  const images = await drawImages(run, count, seed)
  const probabilities = await classifier.probabilities(images)
  await writeGrid(
    join(pictures.folder, pictureOf(run)),
    images,
    rowsByClass(likeliestClasses(probabilities), classifier.classes, columns),
  )
  return {
    name: run.name,
    data: run.options.data,
    ...(await effortOf(run, judging)),
    shares: classShares(probabilities),
    distance: frechetDistance(await momentsOf(device, await classifier.features(images)), moments),
  }
}

const pictureOf = ({ name }: FoundRun): string => `${name}.webp`

function page(
  runs: readonly FoundRun[],
  verdicts: readonly Verdict[],
  judges: ReadonlyMap<string, Judge>,
  count: number,
  judging: Judging,
): string {
  const { seed, pictures } = judging
  const all = [...judges].flatMap(([data, { real }]) => [...verdicts.filter((verdict) => verdict.data === data), real])
  const accuracies = [...judges].map(
    ([data, { classifier }]) => `${percent(classifier.accuracy, 2)} of the test images of ${data}`,
  )
  const names = [...judges].map(([data, judge]) => `${data}: ${judge.names.join(', ')}`)
  return `## Digits and clothes

Of each run, ${count.toLocaleString('en')} samples were drawn (seed ${seed}) and shown to \`forger-lenet\`, a small convolutional classifier that Forger trains for this; it names
${accuracies.join(' and ')} rightly. The share of a class is that of the samples that look most like it; a class is *present* where it has at least a quarter of
a fair share. *Confidence* is the mean probability of the likeliest class. FID (forger-lenet) is the Fréchet distance between the classifier's features of the samples and of the test images, not
to be compared with Inception's. Real images: the shares and the confidence are those of the test images, the distance that of as many training images, so it is what a perfect generator would have.

${table(
  ['run', 'steps', 'minutes', 'classes present', 'share of a class', 'confidence', 'FID (forger-lenet)'],
  all.map(({ name, data, steps, minutes, shares: { shares, present, confidence }, distance }) => [
    name.includes(data) ? name : `${name}, ${data}`,
    steps,
    minutes,
    `${present} of ${shares.length}`,
    `${(100 * Math.min(...shares)).toFixed(1)} to ${percent(Math.max(...shares))}`,
    confidence.toFixed(3),
    distance.toFixed(2),
  ]),
)}

${howTimed(judging)}

The share of each class, in percent (${names.join('; ')}):

${table(
  [
    'run',
    ...Array.from({ length: Math.max(0, ...all.map(({ shares }) => shares.shares.length)) }, (_, label) => `${label}`),
  ],
  all.map(({ name, data, shares: { shares } }) => [
    name.includes(data) ? name : `${name}, ${data}`,
    ...shares.map((share) => (100 * share).toFixed(1)),
  ]),
)}

The pictures show, in a row for each class, the first samples that the classifier names so; nothing else was chosen.

${runs.map((run) => `**${run.name}**\n\n${code([run.command])}\n\n![samples of ${run.name}](${pictures.link}/${pictureOf(run)})`).join('\n\n')}
`
}
