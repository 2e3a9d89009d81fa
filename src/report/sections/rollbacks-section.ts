import type { ReportFacts } from './report-facts.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'
import { numberText, valueText } from '../page/readable-text.ts'

/** What went wrong, and how it went on. Nothing where nothing did. */
export function rollbacksSection({ rollbacks }: ReportFacts): Html | null {
  if (rollbacks.length === 0) return null
  return html`<section aria-labelledby="rollbacks">
    <h2 id="rollbacks">${rollbacks.length === 1 ? 'A rollback' : 'Rollbacks'}</h2>
    <p class="prose">
      Training broke down and went on by itself from the last good checkpoint, with half the learning rate.
    </p>
    <ol class="rollbacks">
      ${rollbacks.map(
        ({ step, backTo, learningRate, rollback }) =>
          html`<li>
            <p class="title">
              Step ${numberText(step)}
              <span>back to step ${numberText(backTo)}, learning rate ${valueText(learningRate)}</span>
            </p>
            <p>${rollback}</p>
          </li>`,
      )}
    </ol>
  </section>`
}
