import type { ReportFacts } from './report-facts.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'
import { numberText, valueText } from '../page/readable-text.ts'

/** What went wrong, and how it went on. Nothing where nothing did. */
export function setbacksSection({ setbacks }: ReportFacts): Html | null {
  if (setbacks.length === 0) return null
  return html`<section aria-labelledby="setbacks">
    <h2 id="setbacks">${setbacks.length === 1 ? 'A setback' : 'Setbacks'}</h2>
    <p class="prose">
      Training broke down and went on by itself from the last good checkpoint, with half the learning rate.
    </p>
    <ol class="setbacks">
      ${setbacks.map(
        ({ step, backTo, learningRate, setback }) =>
          html`<li>
            <p class="title">
              Step ${numberText(step)}
              <span>back to step ${numberText(backTo)}, learning rate ${valueText(learningRate)}</span>
            </p>
            <p>${setback}</p>
          </li>`,
      )}
    </ol>
  </section>`
}
