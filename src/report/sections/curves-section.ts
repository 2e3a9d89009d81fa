import type { MeansLine } from '../../runs/folder/log-lines.ts'
import { chart } from '../page/line-chart.ts'
import type { Curve, Side } from '../page/line-chart.ts'
import type { FixedEnds } from '../page/axis-scale.ts'
import type { Reports } from '../../gan/game/game.ts'
import type { ReportFacts } from './report-facts.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'

/** What a chart of reported scalars means, and where its axis ends. */
interface ChartText {
  readonly meaning: string
  readonly axis?: FixedEnds
  /** Whether it is left out where all is 0. */
  readonly mayBeIdle?: boolean
}

/** By the chart that a game's reports name. */
const chartTexts: Readonly<Record<string, ChartText>> = {
  Losses: {
    meaning:
      'What each player tries to make small. They pull against each other, so neither reaches zero and lower is not ' +
      'better: level lines mean that the two stay a match for each other. A line that runs away and stays there ' +
      'means that one of them has lost touch.',
  },
  Scores: {
    meaning:
      'How real the discriminator takes samples to be, from 0 (surely generated) to 1 (surely real). The closer ' +
      'together the lines, the harder the generated ones are to tell from real ones. Where a recipe compares real ' +
      'and generated samples in pairs, only the distance between the lines has a meaning, not their height.',
    axis: { low: 0, high: 1 },
  },
  Penalty: {
    meaning:
      'What the discriminator pays when its judgement changes too abruptly from one image to the next; this keeps the ' +
      'game steady. It settles low. A penalty that grows and grows often comes before a breakdown.',
    axis: { low: 0 },
    mayBeIdle: true,
  },
  Terms: {
    meaning:
      'Losses beside the objective, each with its weight. Unlike the losses of two opponents, these can fall towards zero: the lower, ' +
      'the closer to what they ask for.',
    axis: { low: 0 },
  },
}

const otherChart: ChartText = { meaning: 'Reported by the method itself.' }

const speed: Curve<MeansLine> = {
  title: 'Speed',
  series: [{ name: 'real samples per second', side: 'neutral', value: ({ imagesPerSecond }) => imagesPerSecond }],
  meaning:
    'How fast training went. A dip is most often another program that wanted the processor at that time; it changes ' +
    'nothing in the result.',
  axis: { low: 0 },
}

interface DrawnCurve {
  readonly curve: Curve<MeansLine>
  /** The lines that have all of its values: stages may report different ones. */
  readonly lines: readonly MeansLine[]
}

/** A chart for each group of what the game reports. */
function reportedCurves(log: readonly MeansLine[], reports: Reports): DrawnCurve[] {
  const charts = [...new Set(Object.values(reports).map(({ chart: title }) => title))]
  return charts.flatMap((title) => {
    const { meaning, axis, mayBeIdle = false } = Object.hasOwn(chartTexts, title) ? chartTexts[title] : otherChart
    const names = Object.keys(reports).filter((name) => reports[name].chart === title)
    return togetherIn(log, names).flatMap((shown) => {
      const lines = log.filter(({ scalars }) => shown.every((name) => Object.hasOwn(scalars, name)))
      const isIdle = shown.every((name) => lines.every(({ scalars }) => scalars[name] === 0))
      if (mayBeIdle && isIdle) return []
      const series = shown.map((name, index) => ({
        name: reports[name].title,
        side: sideOf(reports[name].title, index),
        value: ({ scalars }: MeansLine) => scalars[name],
      }))
      return [{ curve: { title, series, meaning, ...(axis ? { axis } : {}) }, lines }]
    })
  })
}

/** Each name with those that are there wherever it is, as of one stage; without groups that are part of another. */
function togetherIn(log: readonly MeansLine[], names: readonly string[]): string[][] {
  const linesWith = new Map(
    names.map((name) => [name, log.filter(({ scalars }) => Object.hasOwn(scalars, name))] as const),
  )
  const known = names.filter((name) => linesWith.get(name)?.length)
  const groups = known.map((name) =>
    known.filter((other) => linesWith.get(name)?.every(({ scalars }) => Object.hasOwn(scalars, other))),
  )
  const isIn = (group: readonly string[], other: readonly string[]) => group.every((name) => other.includes(name))
  return groups.filter(
    (group, at) => !groups.some((other, place) => isIn(group, other) && (!isIn(other, group) || place < at)),
  )
}

/** Blue for the discriminator's side, orange for the generator's; other curves take turns. */
function sideOf(title: string, index: number): Side {
  if (/discriminator|D\(x\)/.test(title)) return 'discriminator'
  if (/generator|D\(G\(z\)\)/.test(title)) return 'generator'
  return sides[index % sides.length]
}

const sides = ['generator', 'discriminator', 'neutral', 'third', 'fourth'] as const satisfies readonly Side[]

/** The log as curves, each with what it means. */
export function curvesSection({ log, rollbacks, reports }: ReportFacts): Html {
  if (log.length === 0) {
    return html`<section aria-labelledby="curves">
      <h2 id="curves">The game in numbers</h2>
      <p class="prose">There are no curves yet: the run was over before the first line of its log.</p>
    </section>`
  }
  const lost = rollbacks.map(({ step, backTo }) => ({ from: backTo, to: step }))
  return html`<section aria-labelledby="curves">
    <h2 id="curves">The game in numbers</h2>
    <p class="prose">
      Two players learn from each other. The <strong class="discriminator">discriminator</strong> learns to tell real
      samples from generated ones; the <strong class="generator">generator</strong> learns to make some that pass for
      real. ${lost.length > 0 ? 'Numbered bands are steps that were lost to the rollbacks below and done again.' : null}
    </p>
    <div class="charts">
      ${[...reportedCurves(log, reports), { curve: speed, lines: log }].map(({ curve, lines }) => chart(curve, lines, lost))}
    </div>
  </section>`
}
