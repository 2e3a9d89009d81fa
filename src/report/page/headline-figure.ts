import { html } from './html.ts'
import type { Html } from './html.ts'

/** A number under its name, in the row below a headline. */
export const figure = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`
