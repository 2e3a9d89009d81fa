import type { Check } from '../../gan/stop-rule.ts'
import { chart } from '../page/line-chart.ts'
import type { Curve } from '../page/line-chart.ts'
import type { JudgingFacts, ReportFacts } from './report-facts.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'
import { counted, valueText } from '../page/readable-text.ts'

const curvesFor = ({ distance, checks }: JudgingFacts): readonly Curve<Check>[] => [
  {
    title: 'Distance',
    series: [{ name: distance, side: 'generator', value: (check) => check.distance }],
    meaning:
      'How far generated samples are from real ones, as distributions: 0 would be no difference at all. It is what decides which ' +
      'step is the best, and when there is nothing more to gain. It compares with others of the same name and the same data alone.',
    axis: { low: 0 },
  },
  {
    title: 'Told apart',
    series: [
      { name: 'by a fresh judge', side: 'neutral', value: ({ toldApart }) => toldApart.accuracy },
      ...(checks.every(({ ranked }) => ranked === null)
        ? []
        : [
            {
              name: 'by the discriminator',
              side: 'discriminator',
              value: (check: Check) => check.ranked ?? 0.5,
            } as const,
          ]),
    ],
    meaning:
      'How often real and generated samples are told apart: 0.5 is guessing. The fresh judge learns it anew at every check, from samples ' +
      'that it is not asked about; where it can but guess, the generator has won. The discriminator of the game is asked which of two is ' +
      'the real one; where it is always right, it may be so far ahead that the generator can learn nothing from it.',
    axis: { low: 0.4, high: 1 },
  },
  {
    title: 'Kinds covered',
    series: [{ name: 'of all kinds of real samples', side: 'generator', value: ({ covered }) => covered }],
    meaning:
      'Which share of the kinds of real samples (groups that were found among them) the generator makes at all. A generator that ' +
      'collapses makes good samples of few kinds.',
    axis: { low: 0, high: 1 },
  },
]

/** What judges saw on the way, and what it came to. Nothing where nobody judged. */
export function checksSection({ judging }: ReportFacts): Html | null {
  if (judging === null) return null
  const { checks, hasStopped, kept, judgement } = judging
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
        : html`<div class="charts">${curvesFor(judging).map((curve) => chart(curve, seen, []))}</div>`
    }
  </section>`
}
