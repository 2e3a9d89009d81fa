import { isImageShape } from '../../data/source.ts'
import type { OptionFact, ReportFacts } from './report-facts.ts'
import { html } from '../page/html.ts'
import type { Html } from '../page/html.ts'
import { numberText } from '../page/readable-text.ts'

/** Everything that was decided, what is not as usual first, and on what it ran. */
export function detailsSection({ options, resumed, data, versions, machine }: ReportFacts): Html {
  const rows = options
    .filter(({ path: [name], value, usual }) => name !== 'out' && (value !== undefined || usual !== undefined))
    .toSorted((a, b) => Number(isChanged(b)) - Number(isChanged(a)))
  return html`<section aria-labelledby="details">
    <h2 id="details">What was decided</h2>
    ${rows.some(isChanged) ? html`<p class="prose">What is not as usual for this recipe stands first.</p>` : null}
    <table>
      <thead>
        <tr>
          <th scope="col">Option</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(row)}
      </tbody>
    </table>
    ${changesSection(resumed)}
    <h3>Data and machine</h3>
    <dl class="facts">
      ${fact('data', `${data.name}, ${data.count.toLocaleString('en')} ${isImageShape(data.shape) ? `images of ${data.shape.join(' × ')}` : 'points in the plane'}`)}
      ${fact('fingerprint', data.fingerprint)}
      ${Object.entries({ ...machine, ...versions }).map(([name, value]) => fact(name, String(value)))}
    </dl>
  </section>`
}

/** What was changed when the run was resumed. Nothing where nothing was. */
function changesSection(resumed: ReportFacts['resumed']): Html | null {
  const changes = resumed.filter(({ changed }) => Object.keys(changed).length > 0)
  if (changes.length === 0) return null
  return html`<h3>Changed on resume</h3>
    <dl class="facts">
      ${changes.map(({ step, changed }) => fact(`from step ${numberText(step)}`, changesText(changed)))}
    </dl>`
}

const changesText = (changed: ReportFacts['resumed'][number]['changed']): string =>
  Object.entries(changed)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')

const isChanged = ({ value, usual }: OptionFact): boolean =>
  usual !== undefined && JSON.stringify(value) !== JSON.stringify(usual)

function row(option: OptionFact): Html {
  const { path, description, value, usual } = option
  const changed = isChanged(option)
  return html`
<tr${changed ? html` class="changed"` : null}><th scope="row"><div><span>${path.join('.')}</span><small>${description}</small></div></th><td>${valueOf(value)}${
    changed ? html`<small>usually ${valueOf(usual)}</small>` : null
  }</td></tr>`
}

/** As people would write it: 256, 512 for a list. */
function valueOf(value: unknown): string {
  if (value === undefined) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(valueOf).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const fact = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd><bdi>${value}</bdi></dd>
  </div>`
