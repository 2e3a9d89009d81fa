import { figure } from '../../report/page/headline-figure.ts'
import { html } from '../../report/page/html.ts'
import type { Html } from '../../report/page/html.ts'
import { dateText } from '../../report/page/readable-text.ts'
import type { ComparedModel, Comparison } from '../results/comparison.ts'
import { counted, shareText, totalText } from '../results/comparison-columns.ts'

/** Of the window. */
export const comparisonTitle = ({ data, models }: Comparison): string => `What ${modelCount(models)} make of ${data}`

/** By whoever learned from most of them. */
const learnedFrom = ({ models }: Comparison): number => Math.max(0, ...models.map(({ rows }) => rows ?? 0))

/** Real images are no model. */
const withoutReal = (models: readonly ComparedModel[]) => models.filter(({ kind }) => kind !== 'real')

function modelCount(models: readonly ComparedModel[]): string {
  const { length } = withoutReal(models)
  return length === 1 ? 'one model' : `${numberWords[length] ?? length} models`
}

const numberWords = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

/** What this is about, and what came of it. */
export function comparisonHeadline(comparison: Comparison): Html {
  const { data, time, models, count, asked } = comparison
  const missing = asked - models.length
  return html`<header>
    <p class="eyebrow">
      Forger <span>·</span> compare <span>·</span> <time datetime="${time}">${dateText(time)}</time>
    </p>
    <h1>
      What ${modelCount(models)} make of <em><bdi>${data}</bdi></em>
    </h1>
    <p class="lede">
      <strong class="generator">Generative</strong> models learn what images are like: they can draw new ones, and by
      Bayes’ rule they can also say what an image is of. <strong class="discriminator">Discriminative</strong> models
      learn only where one class ends and the next begins. Here both kinds learned from the same data and were asked the
      same questions. ${findings(comparison)}
    </p>
    ${
      missing > 0
        ? html`<p class="lede">
            ${missing === 1 ? 'One model is' : `${missing} models are`} still to come; this page grows as they are done.
          </p>`
        : null
    }
    <dl class="figures">
      ${figure('Models', counted(withoutReal(models).length))}
      ${figure('Images to learn from', counted(learnedFrom(comparison)))} ${figure('Samples of each', counted(count))}
      ${figure('Learning, in all', totalText(comparison))}
    </dl>
  </header>`
}

/** Who is first at what, in a sentence. */
function findings({ models }: Comparison): string | null {
  const compared = withoutReal(models)
  const drawing = compared.flatMap(({ title, drawing: scores }) => (scores === null ? [] : [{ title, scores }]))
  const naming = compared.flatMap(({ title, naming: scores }) => (scores === null ? [] : [{ title, scores }]))
  if (drawing.length < 2 || naming.length < 2) return null
  const painter = drawing.reduce((best, one) => (one.scores.fid.value < best.scores.fid.value ? one : best))
  const namer = naming.reduce((best, one) => (one.scores.accuracy.value > best.scores.accuracy.value ? one : best))
  return `Nearest to real images draws: ${painter.title}. Most images are named rightly by: ${namer.title} (${shareText(namer.scores.accuracy.value)}).`
}
