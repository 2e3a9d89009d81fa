import type { ClassShare, Evaluation, Score } from '../../evaluation/evaluation.ts'
import { metricTable } from '../../evaluation/metric-table.ts'
import { columnText, copiesText, featuresText, measuredText, realText, shareText } from '../../evaluation/score-text.ts'
import type { ReportFacts } from './report-facts.ts'
import type { EmbeddedPicture } from '../../files/picture.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'
import { image } from './pictures-section.ts'
import { counted, numberText, sampleWord } from '../page/readable-text.ts'

/** What `forger evaluate` found: metrics beside those of real samples, nearest training images, interpolations. */
export function evaluationSection({ evaluation, neighbors, interpolations, data }: ReportFacts): Html | null {
  if (evaluation === null) return null
  const { generated, step, scores, classes, notes, features } = evaluation
  return html`<section aria-labelledby="evaluation">
    <h2 id="evaluation">How good the ${sampleWord(data.shape)} are</h2>
    <p class="prose">
      Measured on ${numberText(generated)} samples after ${counted(step, 'step')}. ${columnText(evaluation)}
      ${featuresText(evaluation)}
    </p>
    <table class="scores">
      <thead>
        <tr>
          <th scope="col">Measure</th>
          <th scope="col">Better</th>
          <th scope="col">Generated</th>
          <th scope="col">Real</th>
        </tr>
      </thead>
      <tbody>
        ${scores.map(scoreRow)}
      </tbody>
    </table>
    ${notes.map((note) => html`<p class="prose">${note}</p>`)}
    ${classes === null || classes.length > mostClasses ? null : classTable(classes, features?.name ?? '')}
    ${neighbors === null ? null : neighborFigure(neighbors, evaluation)}
    ${interpolations === null ? null : interpolationFigure(interpolations)}
  </section>`
}

/** More say nothing to the eye. */
const mostClasses = 30

const betterText = { higher: 'higher', lower: 'lower', real: 'as real' } as const

const scoreRow = ({ metric, name, generated, real }: Score): Html => {
  const { better, meaning } = metricTable[metric]
  return html` <tr>
    <th scope="row">
      <div><span>${name}</span><small>${meaning}</small></div>
    </th>
    <td>${betterText[better]}</td>
    <td>${measuredText(metric, generated)}</td>
    <td>${realText(metric, real)}</td>
  </tr>`
}

const classTable = (classes: readonly ClassShare[], name: string): Html => html`
  <h3>Classes</h3>
  <p class="meaning">The share of each class among generated and among test images, as ${name} sees them.</p>
  <table class="scores classes">
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col">Generated</th>
        <th scope="col">Real</th>
      </tr>
    </thead>
    <tbody>
      ${classes.map(
        ({ name: label, generated, real }) =>
          html`<tr>
            <th scope="row">${label}</th>
            <td>${shareText(generated)}</td>
            <td>${shareText(real)}</td>
          </tr>`,
      )}
    </tbody>
  </table>
`

const neighborFigure = (picture: EmbeddedPicture, evaluation: Evaluation): Html =>
  html`<figure class="hero">
    ${image(picture, 'Pairs of images: a sample of the generator and the training image nearest to it.')}
    <figcaption>
      <strong>Copies?</strong> Each sample with the training image nearest to it at its right hand: in the upper half
      the first samples as they came, in the lower half those that came nearest of all. ${copiesText(evaluation)}
    </figcaption>
  </figure>`

const interpolationFigure = (picture: EmbeddedPicture): Html =>
  html`<figure class="hero">
    ${image(picture, 'Rows of samples that turn into one another.')}
    <figcaption>
      <strong>Walks.</strong> Each row goes in even steps from one latent to another. Where the images change little by
      little and all of them look real, the generator has learned more than single images.
    </figcaption>
  </figure>`
