import type { ParzenScore } from '../src/metrics/parzen-windows.ts'
import type { Evaluation } from '../src/evaluation/evaluation.ts'
import type { MetricName } from '../src/evaluation/metric-table.ts'
import type { FoundRun } from './image-runs.ts'
import { percent } from './judging.ts'
import { table } from './results-page.ts'

/** A run that stands for a line of the article's table, and what is known of it. */
export interface Reproduced {
  /** The recipe that it was trained by, in a word. */
  readonly name: string
  readonly run: FoundRun
  /** How to make it again, as Markdown. */
  readonly made: string
  readonly parzen: ParzenScore
  /** The same after fewer steps, as far as checkpoints were kept. */
  readonly course: readonly { readonly step: number; readonly parzen: ParzenScore }[]
  readonly evaluation: Evaluation
  /** On all cores of this machine, while nobody else uses it. */
  readonly minutes: number
}

/** Table 1 of Goodfellow et al. 2014, of MNIST; the real images are those of Theis et al. 2016. */
const published: readonly (readonly [name: string, nats: string])[] = [
  ['deep belief net (2014)', '138 ± 2'],
  ['deep generative stochastic network (2014)', '214 ± 1.1'],
  ['**adversarial nets (2014)**', '**225 ± 2**'],
  ['real training images (Theis et al. 2016)', '243'],
]

/** The article's row for MNIST, and its figures 2 and 3. */
export function reproduceSection(runs: readonly Reproduced[], real: ParzenScore): string {
  const lines = runs.map(({ name, run, parzen, evaluation, minutes }) => [
    `**${name}**`,
    run.step.toLocaleString('en'),
    minutes.toFixed(0),
    `**${nats(parzen)}**`,
    parzen.sigma.toFixed(3),
    valueOf(evaluation, 'fid').toFixed(2),
    percent(valueOf(evaluation, 'twoSampleAccuracy')),
  ])
  const realLine = realOf(runs[0].evaluation)
  return `## The article's table and figures

Parzen-window log-likelihood of the 10,000 test digits of MNIST, in nats, by the article's procedure: 10,000 samples of the last checkpoint, windows whose width (one of ten between 0.1 and 1) the first
1,000 of 10,000 held-back digits choose, the mean over all test digits and its standard error. All runs learned from the other 50,000 digits, in strict mode: whoever repeats them gets the same bytes.
Theis, van den Oord and Bethge (2016) show that this number is a poor judge of images, so two of today's stand beside it, and real training digits in the place of samples. The code of 2014 names no end of its training: momentum rises for 125,000 steps, and the learning rate falls for 2.9 million.

${table(
  ['samples of', 'steps', 'minutes', 'log-likelihood', 'width', 'FID (forger-lenet)', 'two-sample accuracy'],
  [
    ...lines,
    ['real training digits', '', '', nats(real), real.sigma.toFixed(3), realLine.fid, realLine.twoSample],
    ...published.map(([name, text]) => [name, '', '', text, '', '', '']),
  ],
)}

Minutes are steps times the least time of a step. *Two-sample accuracy* is that of a classifier trained to tell samples from unseen digits; 50% is ideal.

How the log-likelihood rose:

${courseTable(runs)}

${runs.map(({ made }) => made).join('\n\n')}

${runs.map(figures).join('\n\n')}
`
}

/** A line for every number of steps after which any of the runs was judged. */
function courseTable(runs: readonly Reproduced[]): string {
  const courses = runs.map(
    ({ run, parzen, course }) =>
      new Map([...course, { step: run.step, parzen }].map((point) => [point.step, point.parzen])),
  )
  const steps = [...new Set(courses.flatMap((course) => [...course.keys()]))].toSorted((a, b) => a - b)
  return table(
    ['steps', ...runs.map(({ name }) => `**${name}**`)],
    steps.map((step) => {
      const parzens = courses.map((course) => course.get(step))
      return [step.toLocaleString('en'), ...parzens.map((parzen) => (parzen === undefined ? '' : nats(parzen)))]
    }),
  )
}

const figures = ({
  name,
}: Reproduced): string => `**${name}**: samples, each with the training digit nearest to it at its right hand, as in the article's figure 2 - in the upper half the first samples as they came, in the lower half those nearest of all to a
training digit - and walks between two latents, as in its figure 3, a walk in a row.

![samples of ${name} and the training digits nearest to them](images/reproduce-${name}-neighbors.png)

![walks between latents of ${name}](images/reproduce-${name}-walks.png)`

const nats = ({ mean, standardError }: ParzenScore): string => `${mean.toFixed(1)} ± ${standardError.toFixed(1)}`

const scoreOf = ({ scores }: Evaluation, wanted: MetricName) => {
  const score = scores.find(({ metric }) => metric === wanted)
  if (score === undefined) throw new Error(`the evaluation has no ${wanted}`)
  return score
}

const valueOf = (evaluation: Evaluation, wanted: MetricName): number => scoreOf(evaluation, wanted).generated.value

function realOf(evaluation: Evaluation): { readonly fid: string; readonly twoSample: string } {
  const [fid, twoSample] = [scoreOf(evaluation, 'fid').real, scoreOf(evaluation, 'twoSampleAccuracy').real]
  if (fid === null || twoSample === null) throw new Error('nothing real stands beside the samples')
  return { fid: fid.value.toFixed(2), twoSample: percent(twoSample.value) }
}
