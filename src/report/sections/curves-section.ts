import type { MeansLine } from '../../runs/folder/log-lines.ts'
import { chart } from '../page/line-chart.ts'
import type { Curve } from '../page/line-chart.ts'
import type { ReportFacts } from './report-facts.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'

const curves: readonly (Curve<MeansLine> & { readonly isIdle?: (log: readonly MeansLine[]) => boolean })[] = [
  {
    title: 'Losses',
    series: [
      { name: 'discriminator', side: 'discriminator', value: ({ discriminatorLoss }) => discriminatorLoss },
      { name: 'generator', side: 'generator', value: ({ generatorLoss }) => generatorLoss },
    ],
    meaning:
      'What each player tries to make small. They pull against each other, so neither reaches zero and lower is not ' +
      'better: level lines mean that the two stay a match for each other. A line that runs away and stays there ' +
      'means that one of them has lost touch.',
  },
  {
    title: 'Scores',
    series: [
      { name: 'D(x), real', side: 'discriminator', value: ({ realScore }) => realScore },
      { name: 'D(G(z)), generated', side: 'generator', value: ({ fakeScore }) => fakeScore },
    ],
    meaning:
      'How real the discriminator takes samples to be, from 0 (surely generated) to 1 (surely real). The closer ' +
      'together the lines, the harder the generated ones are to tell from real ones. Where a recipe compares real ' +
      'and generated samples in pairs, only the distance between the lines has a meaning, not their height.',
    axis: { low: 0, high: 1 },
  },
  {
    title: 'Penalty',
    series: [{ name: "in the discriminator's loss", side: 'discriminator', value: ({ penalty }) => penalty }],
    meaning:
      'What the discriminator pays when its judgement changes too abruptly from one image to the next; this keeps the ' +
      'game steady. It settles low. A penalty that grows and grows often comes before a breakdown.',
    axis: { low: 0 },
    isIdle: (log) => log.every(({ penalty }) => penalty === 0),
  },
  {
    title: 'Speed',
    series: [{ name: 'real samples per second', side: 'neutral', value: ({ imagesPerSecond }) => imagesPerSecond }],
    meaning:
      'How fast training went. A dip is most often another program that wanted the processor at that time; it changes ' +
      'nothing in the result.',
    axis: { low: 0 },
  },
]

/** The log as curves, each with what it means. */
export function curvesSection({ log, setbacks }: ReportFacts): Html {
  if (log.length === 0) {
    return html`<section aria-labelledby="curves">
      <h2 id="curves">The game in numbers</h2>
      <p class="prose">There are no curves yet: the run was over before the first line of its log.</p>
    </section>`
  }
  const lost = setbacks.map(({ step, backTo }) => ({ from: backTo, to: step }))
  return html`<section aria-labelledby="curves">
    <h2 id="curves">The game in numbers</h2>
    <p class="prose">
      Two players learn from each other. The <strong class="discriminator">discriminator</strong> learns to tell real
      samples from generated ones; the <strong class="generator">generator</strong> learns to make some that pass for
      real. ${lost.length > 0 ? 'Numbered bands are steps that were lost to the setbacks below and done again.' : null}
    </p>
    <div class="charts">
      ${curves.filter(({ isIdle }) => isIdle?.(log) !== true).map((curve) => chart(curve, log, lost))}
    </div>
  </section>`
}
