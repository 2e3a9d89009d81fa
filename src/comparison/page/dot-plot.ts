import { html } from '../../report/page/html.ts'
import type { Html } from '../../report/page/html.ts'
import type { Kind } from '../results/comparison.ts'

/** A row of a plot: a name, and dots from left to right. */
interface DotRow {
  readonly name: string
  readonly kind: Kind
  readonly dots: readonly Dot[]
}

interface Dot {
  /** Where it stands: 0 at the left end of the axis, 1 at the right one. */
  readonly place: number
  /** What it says, for whoever points at it. */
  readonly text: string
  /** From 0, pale and small, to 1. */
  readonly weight: number
}

/** What the places of an axis stand for. */
interface Tick {
  readonly place: number
  readonly text: string
}

const percent = (place: number): string => `${Number((100 * place).toFixed(2))}%`

/** Names on the left, dots on one axis for all. Text keeps its size, however wide the page is. */
export function dotPlot(title: string, ticks: readonly Tick[], rows: readonly DotRow[]): Html {
  const grid = ticks.map(
    ({ place }) => html`<line class="grid" x1="${percent(place)}" x2="${percent(place)}" y1="0" y2="100%" />`,
  )
  return html`<div class="dots" role="img" aria-label="${spoken(title, rows)}">
    ${rows.map(
      ({ name, kind, dots }) =>
        html`<span class="name">${name}</span>
          <svg class="${kind}">
            ${grid}
            <line
              class="span"
              x1="${percent(Math.min(...dots.map(({ place }) => place)))}"
              x2="${percent(Math.max(...dots.map(({ place }) => place)))}"
              y1="50%"
              y2="50%"
            />
            ${dots.map(
              ({ place, text, weight }) =>
                html`<circle
                  cx="${percent(place)}"
                  cy="50%"
                  r="${3.5 + 2.5 * weight}"
                  fill-opacity="${0.3 + 0.7 * weight}"
                >
                  <title>${text}</title>
                </circle>`,
            )}
          </svg>`,
    )}
    <span class="name axis"></span>
    <svg class="axis">
      ${ticks.map(({ place, text }) => html`<text x="${percent(place)}" y="1em" text-anchor="middle">${text}</text>`)}
    </svg>
  </div>`
}

const spoken = (title: string, rows: readonly DotRow[]): string =>
  `${title}. ${rows.map(({ name, dots }) => `${name}: ${dots.map(({ text }) => text).join(', ')}`).join('. ')}.`
