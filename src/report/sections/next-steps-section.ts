import { resumeCommand, trainCommand } from './shell-commands.ts'
import { isImageShape } from '../../data/source.ts'
import type { ModelFacts, ReportFacts } from './report-facts.ts'
import { html } from '../page/html.ts'
import type { Html, Piece } from '../page/html.ts'
import { latentNote, programs } from './model-programs.ts'

/** What can be done with a run, ready to be copied. */
export const doingSection = (facts: ReportFacts): Html =>
  html`<section aria-labelledby="doing">
    <h2 id="doing">Do it yourself</h2>
    ${useOf(facts)}
    <div class="pair">
      <div>
        <h3>Go on training</h3>
        <p>From the last checkpoint, as if it had never stopped. To be typed where the folder of the run lies.</p>
        ${snippet(commandLine(resumeCommand(facts)), 'command that resumes')}
      </div>
      <div>
        <h3>Make the same run again</h3>
        <p>${repeatNote(facts)}</p>
        ${snippet(commandLine(trainCommand(facts)), 'command that trains')}
      </div>
    </div>
  </section>`

const repeatNote = ({ options }: ReportFacts): string =>
  options.some(({ path: [name], value }) => name === 'minutes' && value !== undefined)
    ? 'Equal seeds give equal runs, bit for bit, up to the step at which time is up.'
    : 'Equal seeds give equal runs, bit for bit.'

function useOf({ model }: ReportFacts): Html {
  if (model === null) {
    return html`<h3>Use the generator</h3>
      <p class="prose">The run has not written its generator.onnx.</p>`
  }
  const code = programs(model)
  return html`<h3>Use the generator</h3>
    <p class="prose">
      The trained generator is <code>generator.onnx</code>, beside this page in the folder of the run, and runs wherever
      ONNX Runtime does. ${latentNote(model)} It takes <code>z</code> [n, ${model.latent.join(', ')}]${labelText(model)}
      and gives ${outputOf(model)}.
    </p>
    ${
      code === null
        ? null
        : html`<h4>JavaScript</h4>
            ${snippet(programLines(code.javascript), 'program in JavaScript')}
            <h4>Python</h4>
            ${snippet(programLines(code.python), 'program in Python')}`
    }`
}

const labelText = ({ classes }: ModelFacts): Html | null =>
  classes === null ? null : html` and <code>label</code> [n] (int64, from 0 to ${classes - 1})`

function outputOf({ shape, range }: ModelFacts): Html {
  if (!isImageShape(shape) || range === null) return html`<code>points</code> [n, ${shape.join(', ')}]`
  const [height, width, channels] = shape
  return html`<code>images</code> [n, ${channels}, ${height}, ${width}] from ${range[0]} (dark) to ${range[1]} (light)`
}

const snippet = (code: Piece, name: string): Html =>
  html`<div class="snippet">
    <pre tabindex="0" role="region" aria-label="${name}"><code>${code}</code></pre>
    <button type="button" class="copy scripted" aria-label="Copy the ${name}" hidden>Copy</button>
  </div>`

/** Comments apart. */
const programLines = (text: string): Piece =>
  text.split('\n').map((line) => [/^(#|\/\/)/.test(line) ? html`<span class="comment">${line}</span>` : line, '\n'])

/** Where a line is too short for all of a command, an option and its value stay together. */
const commandLine = (command: string): Piece =>
  command.split(/ (?=--)/).map((part, index) => [index === 0 ? '' : ' ', html`<span class="part">${part}</span>`])
