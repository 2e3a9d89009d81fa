import { html } from './html.ts'
import type { Html } from './html.ts'
import { isOff, placeOn, scaleFor } from './axis-scale.ts'
import type { FixedEnds, Scale } from './axis-scale.ts'
import { medians, thin } from './thin-curve.ts'
import type { Point } from './thin-curve.ts'
import { axisText, numberText, valueText } from './readable-text.ts'

/** Decides a line's color: whose side it is on, or just another one. */
export type Side = 'discriminator' | 'generator' | 'neutral' | 'third' | 'fourth'

/** One line of a chart. */
interface Series<Line> {
  readonly name: string
  readonly side: Side
  readonly value: (line: Line) => number
}

/** What a chart shows and how it is read. */
export interface Curve<Line> {
  readonly title: string
  readonly series: readonly Series<Line>[]
  /** What it means, for somebody who has not seen one before. */
  readonly meaning: string
  readonly axis?: FixedEnds
}

/** A stretch of steps that was lost: training went back from its end to its beginning. */
export interface LostSteps {
  readonly from: number
  readonly to: number
}

/** What the page's script needs of a chart, to show the values at a step. */
export interface ChartData {
  readonly lastStep: number
  readonly low: number
  readonly high: number
  readonly steps: readonly number[]
  /** The values of each series at those steps. */
  readonly values: readonly (readonly number[])[]
}

/** A log of more lines is thinned to so many; then so many medians show how it runs. */
const points = { most: 400, medians: 80 } as const

/**
 * A curve over steps as inline SVG, with its values at the last step; the page's script shows those at other steps. What
 * is stretched to the width of the page lies in an SVG inside of the one that holds the text, so that text keeps its size.
 */
export function chart<Line extends { readonly step: number }>(
  { title, series, meaning, axis }: Curve<Line>,
  log: readonly Line[],
  lost: readonly LostSteps[],
): Html {
  const lines = thin(
    log,
    series.map(({ value }) => value),
    points.most,
  )
  const last = lines[lines.length - 1]
  const steps: Scale = { ...scaleFor([0, last.step], { low: 0, high: last.step }, 5), low: 0, high: last.step }
  const values = scaleFor(
    series.flatMap(({ value }) => log.map(value)),
    axis,
  )
  const data: ChartData = {
    lastStep: last.step,
    low: values.low,
    high: values.high,
    steps: lines.map(({ step }) => step),
    values: series.map(({ value }) => lines.map((line) => Number(value(line).toPrecision(5)))),
  }
  const percent = (share: number) => `${Number((100 * share).toFixed(3))}%`
  const across = (step: number) => percent(placeOn(steps, step))
  const down = (value: number) => percent(1 - placeOn(values, value))
  const upright = (at: string) => html`<line x1="${at}" x2="${at}" y1="0" y2="100%" />`
  const level = (tick: number, at: string) =>
    html`<line class="grid" x1="0" x2="100%" y1="${at}" y2="${at}" />
      <text x="0" y="${at}" dx="-8" dy=".32em" text-anchor="end">${axisText(tick)}</text>`
  const below = (tick: number, at: string) =>
    html`<text x="${at}" y="100%" dy="1.6em" text-anchor="middle">${axisText(tick)}</text>`
  const band = ({ from, to }: LostSteps) =>
    html`<rect class="lost" x="${across(from)}" width="${across(to - from)}" y="0" height="100%" />`
  const rollback = (number: number, at: string) =>
    html`<g class="rollback">
      ${upright(at)}
      <text x="${at}" y="0" dy="-.5em" text-anchor="middle">${number}</text>
    </g>`
  const curve = ({ side, value }: Series<Line>) => {
    const plain = lines.map((line) => ({ step: line.step, value: value(line) }))
    const all = pathThrough(plain, steps, values)
    if (lines.length === log.length) return html`<path class="${side}" d="${all}" />`
    const course = pathThrough(medians(log, value, points.medians), steps, values)
    return html`<path class="${side} all" d="${all}" /><path class="${side}" d="${course}" />`
  }
  const dot = ({ side, value }: Series<Line>, at: string) =>
    html`<circle class="${side}" cx="${at}" cy="${down(value(last))}" r="4" />`
  const key = ({ name, side, value }: Series<Line>) =>
    html`<span class="key ${side}">${name} <b>${valueText(value(last))}</b></span>`
  return html`<figure class="chart" data-chart="${JSON.stringify(data)}">
    <figcaption>
      <h3>${title}</h3>
      <p class="at">step <b>${numberText(last.step)}</b></p>
      <p class="legend">${series.map(key)}</p>
    </figcaption>
    <div class="plot">
      <svg role="img" aria-label="${spoken(title, series, log)}">
        ${values.ticks.map((tick) => level(tick, down(tick)))} ${steps.ticks.map((tick) => below(tick, across(tick)))}
        ${lost.map(band)}
        <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">${series.map(curve)}</svg>
        ${lost.map(({ to }, index) => rollback(index + 1, across(to)))}
        <g class="cursor">${upright(across(last.step))} ${series.map((one) => dot(one, across(last.step)))}</g>
      </svg>
    </div>
    <p class="meaning">${meaning}${offNote(series, log, values)}</p>
  </figure>`
}

function pathThrough(course: readonly Point[], steps: Scale, values: Scale): string {
  const places = course.map(({ step, value }) => {
    // What is far outside is not seen, but some renderers mind huge numbers.
    const up = Math.max(-9, Math.min(9, placeOn(values, value)))
    return `${(1000 * placeOn(steps, step)).toFixed(1)} ${(1000 * (1 - up)).toFixed(1)}`
  })
  return `M${places.join('L')}`
}

/** The curve in words, for whoever does not see it. */
function spoken<Line extends { readonly step: number }>(
  title: string,
  series: readonly Series<Line>[],
  log: readonly Line[],
): string {
  const [first, last] = [log[0], log[log.length - 1]]
  const courses = series.map(
    ({ name, value }) => `${name} from ${valueText(value(first))} to ${valueText(value(last))}`,
  )
  return `${title} from step ${numberText(first.step)} to ${numberText(last.step)}: ${courses.join(', ')}.`
}

function offNote<Line>(series: readonly Series<Line>[], log: readonly Line[], scale: Scale): string {
  const off = series.flatMap(({ value }) => log.map(value)).filter((value) => isOff(scale, value))
  if (off.length === 0) return ''
  const farthest = off.reduce((far, value) => (Math.abs(value) > Math.abs(far) ? value : far))
  return ` Lone values as far out as ${valueText(farthest)} do not fit in and are cut off.`
}
