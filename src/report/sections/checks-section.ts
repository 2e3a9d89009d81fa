import type { Check } from '../../gan/training/stop-rule.ts'
import { chart } from '../page/line-chart.ts'
import type { Curve } from '../page/line-chart.ts'
import type { ChecksFacts, ReportFacts } from './report-facts.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'
import { counted, valueText } from '../page/readable-text.ts'

const curvesFor = ({ distance, checks }: ChecksFacts): readonly Curve<Check>[] => [
  {
    title: 'Distance',
    series: [{ name: distance, side: 'generator', value: (check) => check.distance }],
    meaning:
      'How far generated samples are from real ones, as distributions: 0 would be no difference at all. It is what decides which ' +
      'step is the best, and when there is nothing more to gain. It compares with others of the same name and the same data alone.',
    axis: { low: 0 },
  },
  {
    title: 'Real or generated',
    series: [
      { name: 'two-sample classifier', side: 'neutral', value: ({ toldApart }) => toldApart.accuracy },
      ...(checks.every(({ ranked }) => ranked === null)
        ? []
        : [
            {
              name: 'discriminator',
              side: 'discriminator',
              value: (check: Check) => check.ranked ?? 0.5,
            } as const,
          ]),
    ],
    meaning:
      'How often real and generated samples are told apart: 0.5 is ideal. The two-sample classifier is trained anew at every check and ' +
      'tested on other samples. The discriminator has to find the real one of two samples; where it is always right, the generator may ' +
      'learn nothing from it any more.',
    axis: { low: 0.4, high: 1 },
  },
  {
    title: 'Mode coverage',
    series: [{ name: 'share of modes', side: 'generator', value: ({ covered }) => covered }],
    meaning:
      'The share of clusters of real samples that the generator reaches. A generator that collapses makes good samples of few modes.',
    axis: { low: 0, high: 1 },
  },
]

/** The checks of the run, and their outcome. Nothing where there were none. */
export function checksSection({ checking }: ReportFacts): Html | null {
  if (checking === null) return null
  const { checks, hasStopped, kept, judgement } = checking
  const seen = checks.filter(({ distance }) => Number.isFinite(distance))
  const best = seen.find(({ step }) => step === kept)
  return html`<section aria-labelledby="checks">
    <h2 id="checks">How good the samples became</h2>
    <p class="prose">
      On the way, ${checks.length === 1 ? 'one check' : counted(checks.length, 'check')} compared generated samples with
      real ones that nobody had learned from.
      ${hasStopped ? html`The run stopped by itself, as <strong>${judgement.state}</strong>: ` : 'At the last check, it was '}${judgement.reason}.
      ${best ? `The pictures above and the model are those of step ${best.step.toLocaleString('en')}, the best one, at a distance of ${valueText(best.distance)}.` : null}
    </p>
    ${
      seen.length < 2
        ? null
        : html`<div class="charts">${curvesFor(checking).map((curve) => chart(curve, seen, []))}</div>`
    }
  </section>`
}
