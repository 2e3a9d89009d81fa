import { isImageShape } from '../../data/source.ts'
import { evenly } from '../../runs/samples/evenly-spaced.ts'
import { base64Of } from '../../files/base64.ts'
import type { ReportFacts } from './report-facts.ts'
import type { EmbeddedPicture } from '../../files/picture.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'
import { clockText, counted, numberText, sampleWord } from '../page/readable-text.ts'

/** Pictures that the flip-through holds at most, to keep the page small enough to be sent around. */
export const mostPictures = 24

/** The samples at the end, large. */
export function heroFigure({ final, pictures, step, checking }: ReportFacts): Html | null {
  const last = pictures.at(-1)
  const shown = final === null ? last : { step: checking?.kept ?? step, picture: final }
  if (shown === undefined) return null
  const note =
    final === null
      ? 'The run has not written its large last picture.'
      : 'As they came, one for each latent that was drawn; none was picked.'
  return html`<figure class="hero">
    ${image(shown.picture, `Samples of the generator after ${counted(shown.step, 'step')}.`)}
    <figcaption>Samples after ${counted(shown.step, 'step')}. ${note}</figcaption>
  </figure>`
}

/**
 * Samples of the same latents over training. All pictures are in the page and all but the last hidden, so that it shows
 * the last one where scripts do not run; paper gets the first, the middle and the last.
 */
export function flipThrough(facts: ReportFacts): Html | null {
  const shown = evenly(facts.pictures, mostPictures)
  if (shown.length === 0) return null
  const last = shown.length - 1
  const onPaper = [0, Math.floor(last / 2), last]
  return html`<section aria-labelledby="flip">
    <h2 id="flip">How the ${sampleWord(facts.data.shape)} came about</h2>
    <div class="flip">
      ${shown.map(
        ({ step, picture }, index) =>
          html`<figure
            class="frame${onPaper.includes(index) ? ' on-paper' : ''}"
            data-step="${step}"
            ${index === last ? null : html` hidden`}
          >
            ${image(picture, `Samples of the generator after ${counted(step, 'step')}.`)}
            <figcaption><b>${numberText(step)}</b> ${step === 1 ? 'step' : 'steps'}${timeAt(facts, step)}</figcaption>
          </figure>`,
      )}
      ${last === 0 ? null : controls(last, shown[last].step)}
      <div class="beside">
        <p>
          ${
            isImageShape(facts.data.shape)
              ? 'Every place holds the same latent from picture to picture, so that one can watch a single image take shape.'
              : 'Real points are pale, generated ones colored; the latents are the same from picture to picture.'
          }
        </p>
        ${
          last === 0
            ? null
            : html`<p class="scripted" hidden>
                Drag the slider, use the left and right arrow keys, or let it play. The curves below show where in
                training that was; a click on one turns to the nearest picture.
              </p>`
        }
        ${
          facts.evolution
            ? html`<p>
                The same as an animation: <a href="evolution.webp">evolution.webp</a>, beside this page in the folder of
                the run.
              </p>`
            : null
        }
      </div>
    </div>
  </section>`
}

const controls = (last: number, step: number): Html =>
  html`<div class="controls scripted" hidden>
    <button type="button" class="play">Play</button>
    <input
      type="range"
      min="0"
      max="${last}"
      value="${last}"
      step="1"
      aria-label="Picture during training"
      aria-valuetext="step ${numberText(step)}"
    />
  </div>`

/** The log's lines may lie between pictures: the time of the first one at or after the step. */
function timeAt({ log }: ReportFacts, step: number): Html | null {
  const line = log.find((candidate) => candidate.step >= step)
  return line === undefined
    ? null
    : html`<span class="time">${clockText(line.seconds)} of training, epoch ${line.epoch}</span>`
}

/** A picture in the page itself. */
export const image = ({ type, bytes, width, height }: EmbeddedPicture, alt: string): Html =>
  html`<img
    src="data:${type};base64,${base64Of(bytes)}"
    width="${width}"
    height="${height}"
    alt="${alt}"
    decoding="sync"
  />`
