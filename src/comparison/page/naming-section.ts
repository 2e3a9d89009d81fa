import { html } from '../../report/page/html.ts'
import type { Html } from '../../report/page/html.ts'
import type { ComparedModel, Comparison, NamingScores } from '../results/comparison.ts'
import { dotPlot } from './dot-plot.ts'
import { comparisonTable } from './comparison-table.ts'
import {
  accuracyAt,
  counted,
  fewLabelsOf,
  filledColumns,
  namingColumns,
  rowsOf,
  shareText,
} from '../results/comparison-columns.ts'

/** The table of models that name classes, and how many labels they need. */
export function namingSection(comparison: Comparison): Html | null {
  const fewLabels = fewLabelsOf(comparison)
  const namingOf = ({ naming }: ComparedModel) => naming
  const columns = filledColumns(namingColumns(fewLabels), comparison.models, namingOf)
  const rows = rowsOf(comparison.models, namingOf, columns)
  if (rows.length === 0) return null
  const { outliers } = comparison
  return html`<section aria-labelledby="naming">
    <h2 id="naming">How well they name what they see</h2>
    <p class="prose">
      Who only has to tell classes apart usually does it better than who has to know what images are like.
      ${
        outliers === null
          ? null
          : html`But who knows that can also say that an image is like none of them: shown something else (here,
            ${outliers.name}), a discriminative model can only be less sure, while a generative one may find the image
            unlikely.`
      }
    </p>
    ${comparisonTable('Models that name classes', columns, rows)} ${fewLabelPlot(comparison, fewLabels)}
  </section>`
}

/** A dot for each number of labels, so that one sees who needs few. */
function fewLabelPlot({ models }: Comparison, fewLabels: readonly number[]): Html | null {
  const known = models.flatMap(({ title, kind, naming, rows }) => {
    const dots = naming === null ? [] : dotsOf(naming, rows, fewLabels)
    return dots.length < 2 ? [] : [{ name: title, kind, dots }]
  })
  if (known.length < 2) return null
  const lowest = Math.min(...known.flatMap(({ dots }) => dots.map(({ accuracy }) => accuracy)))
  const low = Math.min(0.9, Math.floor(10 * lowest) / 10)
  const place = (accuracy: number) => (accuracy - low) / (1 - low)
  const steps = Math.round(10 * (1 - low))
  const every = steps > 5 ? 2 : 1
  const ticks = Array.from({ length: steps + 1 }, (_, index) => 1 - index / 10)
    .filter((_, index) => index % every === 0)
    .map((accuracy) => ({ place: place(accuracy), text: `${Math.round(100 * accuracy)}%` }))
  const rows = known.map(({ dots, ...row }) => ({
    ...row,
    dots: dots.map(({ accuracy, of, weight }) => ({
      place: place(accuracy),
      text: `${shareText(accuracy)} from ${of}`,
      weight,
    })),
  }))
  return html`<figure class="plotted">
    <figcaption>
      <h3>Who needs few labels?</h3>
      <p class="meaning">
        Accuracy after learning from ${fewLabels.map(counted).join(', ')} images of each class and from as many as the
        table says: the paler and smaller the dot, the fewer. Ng and Jordan (2002) found that generative models come to
        what they can do with fewer labels, and discriminative ones go further in the end.
      </p>
      <p class="legend">
        <span class="key generator">draws and names</span> <span class="key discriminator">only names</span>
      </p>
    </figcaption>
    ${dotPlot('Accuracy by number of labels', ticks, rows)}
  </figure>`
}

function dotsOf(naming: NamingScores, rows: number | null, fewLabels: readonly number[]) {
  const few = fewLabels.flatMap((perClass, index) => {
    const accuracy = accuracyAt(naming, perClass)
    return accuracy === null
      ? []
      : [{ accuracy, of: `${counted(perClass)} of each class`, weight: index / fewLabels.length }]
  })
  return [...few, { accuracy: naming.accuracy.value, of: rows === null ? 'all' : `${counted(rows)} images`, weight: 1 }]
}
