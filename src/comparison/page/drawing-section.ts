import { html } from '../../report/page/html.ts'
import type { Html } from '../../report/page/html.ts'
import type { EmbeddedPicture } from '../../files/picture.ts'
import { image } from '../../report/sections/pictures-section.ts'
import type { ComparedModel, Comparison } from '../results/comparison.ts'
import { dotPlot } from './dot-plot.ts'
import { comparisonTable } from './comparison-table.ts'
import { drawingColumns, filledColumns, rowsOf, shareText } from '../results/comparison-columns.ts'

/** Samples of all models that draw, side by side. */
export function gallery({ models, features }: Comparison, pictures: ReadonlyMap<string, EmbeddedPicture>): Html | null {
  const shown = models.flatMap((model) => {
    const picture = pictures.get(model.id)
    return picture === undefined ? [] : [{ model, picture }]
  })
  if (shown.length === 0) return null
  const fid = drawingColumns(features.name)[1]
  const caption = ({ drawing, kind }: ComparedModel): string => {
    if (drawing === null) return ''
    if (kind === 'real') return 'What all of them learned from.'
    return `Two-sample accuracy ${shareText(drawing.twoSampleAccuracy.value)}; ${fid.title} ${fid.text(drawing, shown[0].model)}.`
  }
  return html`<section aria-labelledby="gallery">
    <h2 id="gallery">What they draw</h2>
    <p class="prose">The first samples of each, as they came; none was picked.</p>
    <div class="gallery">
      ${shown.map(
        ({ model, picture }) =>
          html`<figure class="${model.kind}">
            ${image(picture, `Samples: ${model.title}.`)}
            <figcaption>
              <h3>${model.title}</h3>
              ${caption(model)}
            </figcaption>
          </figure>`,
      )}
    </div>
  </section>`
}

/** The table of models that draw, and how far they are from real images. */
export function drawingSection({ models, features }: Comparison): Html | null {
  const drawingOf = ({ drawing }: ComparedModel) => drawing
  const columns = filledColumns(drawingColumns(features.name), models, drawingOf)
  const rows = rowsOf(models, drawingOf, columns)
  if (rows.length === 0) return null
  return html`<section aria-labelledby="drawing">
    <h2 id="drawing">How good the drawings are</h2>
    <p class="prose">
      A model that draws perfectly would have the numbers of real images. The best of each column is marked. Parzen
      windows, by which the first GAN was judged in 2014, are here for the sake of that table: they favor blurred
      averages, and models that nobody would mistake for the data may beat the data themselves.
    </p>
    ${comparisonTable('Models that draw', columns, rows)} ${distances(models, features.name)}
  </section>`
}

/** Distances on an axis of powers, as models are apart by factors. */
function distances(models: readonly ComparedModel[], features: string): Html | null {
  const drawn = models.flatMap(({ title, kind, drawing }) =>
    drawing === null ? [] : [{ title, kind, fid: Math.max(drawing.fid.value, 1e-3) }],
  )
  if (drawn.length < 3) return null
  const logs = drawn.map(({ fid }) => Math.log10(fid))
  const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs) + 1e-9)]
  const place = (power: number) => (power - low) / (high - low)
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => ({
    place: place(low + index),
    text: String(Number((10 ** (low + index)).toPrecision(1))),
  }))
  const rows = drawn.map(({ title, kind, fid }, index) => ({
    name: title,
    kind,
    dots: [{ place: place(logs[index]), text: fid.toPrecision(3), weight: 1 }],
  }))
  return html`<figure class="plotted">
    <figcaption>
      <h3>Distance from real images</h3>
      <p class="meaning">FID (${features}); each line is ten times as far as the one to its left.</p>
    </figcaption>
    ${dotPlot('Distance from real images', ticks, rows)}
  </figure>`
}
