import { html } from '../../report/page/html.ts'
import type { Html } from '../../report/page/html.ts'
import type { Column, Row } from '../results/comparison-columns.ts'

/** A table of models, the best of each column marked, and what the columns say. */
export const comparisonTable = <Scores>(
  caption: string,
  columns: readonly Column<Scores>[],
  rows: readonly Row[],
): Html => html`
  <div class="wide" role="region" aria-label="${caption}" tabindex="0">
    <table class="compared">
      <thead>
        <tr>
          <th scope="col">Model</th>
          ${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ model, cells }) =>
            html`<tr class="${model.kind}">
              <th scope="row">${model.title}</th>
              ${cells.map(({ text, isBest }) =>
                isBest
                  ? html`<td class="best">${text}<span class="spoken"> (best)</span></td>`
                  : html`<td>${text}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>
  <dl class="meanings">
    ${columns.map(
      ({ title, meaning, better }) =>
        html`<div>
          <dt>${title}</dt>
          <dd>${meaning}${better === null ? null : ` ${better === 'higher' ? 'Higher' : 'Lower'} is better.`}</dd>
        </div>`,
    )}
  </dl>
`
