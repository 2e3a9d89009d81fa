import { isImageShape } from '../../data/source.ts'
import type { SampleShape } from '../../data/source.ts'
import type { ReportFacts } from './report-facts.ts'
import { figure } from '../page/headline-figure.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'
import { clockText, counted, dateText, durationWords, numberText, sampleWord } from '../page/readable-text.ts'

/** The report in one line, for the title of the window. */
export const titleText = ({ name, data }: ReportFacts): string =>
  `${name}: ${sampleWord(data.shape)} learned from ${data.name}`

/** What was trained on what, and for how long. */
export function headline(facts: ReportFacts): Html {
  const { name, recipe, data, step, epochs, seconds, started } = facts
  const source = html`<em><bdi>${data.name}</bdi></em>`
  return html`<header>
    <p class="eyebrow">
      Forger <span>·</span> <bdi>${name}</bdi> <span>·</span> <time datetime="${started}">${dateText(started)}</time>
    </p>
    <h1>
      ${
        step === 0
          ? html`A generator that has yet to learn from ${source}`
          : html`What a generator learned from ${source} in ${durationWords(seconds)}`
      }
    </h1>
    <p class="lede">
      The recipe <strong>${recipe.name}</strong> (${recipe.summary}) was trained for ${counted(step, 'step')} on
      ${numberText(data.count)} ${kindOf(data.shape)}, which it read ${times(epochs)}. ${origin(facts)}
    </p>
    <dl class="figures">
      ${figure('Steps', numberText(step))} ${figure('Epochs', numberText(epochs))}
      ${figure('Training time', clockText(seconds))}
      ${figure(isImageShape(data.shape) ? 'Images per second' : 'Points per second', typicalSpeed(facts))}
    </dl>
  </header>`
}

function kindOf(shape: SampleShape): string {
  if (!isImageShape(shape)) return 'points in the plane'
  const [height, width, channels] = shape
  const color = channels === 1 ? 'gray ' : channels === 3 ? 'color ' : ''
  return `${color}images of ${height} × ${width}`
}

function times(epochs: number): string {
  if (epochs < 1) return `in part (${(100 * epochs).toFixed(0)}%)`
  return Number(epochs.toFixed(1)) === 1 ? 'once' : `${numberText(epochs)} times`
}

const origin = ({ model, data }: ReportFacts): string =>
  model?.prior === 'corruptedData'
    ? `The generated ${sampleWord(data.shape)} on this page are spoiled real ones that the generator mended.`
    : `The generator never saw one of them: it made the ${sampleWord(data.shape)} on this page out of random numbers, led by the discriminator alone.`

/** The median over the log, which a few slow moments do not change. */
function typicalSpeed({ log }: ReportFacts): string {
  const speeds = log.map(({ imagesPerSecond }) => imagesPerSecond).toSorted((a, b) => a - b)
  return speeds.length === 0 ? '–' : Math.round(speeds[Math.floor(speeds.length / 2)]).toLocaleString('en')
}
