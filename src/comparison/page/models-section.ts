import { html } from '../../report/page/html.ts'
import type { Html } from '../../report/page/html.ts'
import type { ComparedModel, Comparison } from '../results/comparison.ts'
import { benchmarkModels, isBenchmarkModel } from '../models/benchmark-models.ts'
import type { ModelDescription } from '../models/benchmark-models.ts'
import { methodTexts, notesOf } from '../results/comparison-columns.ts'

/** Who the models are. */
export const modelsSection = ({ models }: Comparison): Html =>
  html`<section aria-labelledby="models">
    <h2 id="models">The models</h2>
    <dl class="stories">
      ${models
        .filter(({ kind }) => kind !== 'real')
        .map((model) => {
          const { idea, origin, paper = null } = descriptionOf(model)
          return html`<div class="${model.kind}">
            <dt>${model.title}</dt>
            <dd>
              <p>${idea} ${paper}</p>
              <p class="origin">${origin} Here: ${model.about}.</p>
            </dd>
          </div>`
        })}
    </dl>
  </section>`

/** A run is a GAN, whatever it is called, and a conditional one if it names classes. */
const descriptionOf = ({ id, naming }: ComparedModel): ModelDescription =>
  benchmarkModels[isBenchmarkModel(id) ? id : naming === null ? 'gan' : 'conditional-gan']

/** How the numbers came about, and what to know about them. */
export const methodSection = (comparison: Comparison): Html => {
  const notes = notesOf(comparison)
  return html`<section aria-labelledby="method">
    <h2 id="method">How it was measured</h2>
    <div class="method">${[...notes, ...methodTexts(comparison)].map((text) => html`<p>${text}</p>`)}</div>
  </section>`
}
