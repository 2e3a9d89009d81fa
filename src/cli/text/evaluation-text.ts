import type { ClassShare, Evaluation } from '../../evaluation/evaluation.ts'
import { metricTable } from '../../evaluation/metric-table.ts'
import { columnText, copiesText, featuresText, measuredText, realText, shareText } from '../../evaluation/score-text.ts'
import { table, wrapped } from '../terminal/text-table.ts'

/** An evaluation as a table, and what has to be said of it. */
export function evaluationText(evaluation: Evaluation, width: number): string {
  const { scores, step, generated, classes, notes } = evaluation
  const rows = scores.map((score) => [
    score.name,
    measuredText(score.metric, score.generated),
    realText(score.metric, score.real),
    betterText[metricTable[score.metric].better],
  ])
  const sentences = [featuresText(evaluation), copiesText(evaluation), ...notes].filter((text) => text !== null)
  return [
    `${generated.toLocaleString('en')} samples of step ${step.toLocaleString('en')}`,
    '',
    ...table([['', 'generated', 'real', 'better'], ...rows], { width, flexible: 0 }),
    '',
    ...wrapped(columnText(evaluation), width),
    ...(classes === null ? [] : ['', ...classLines(classes, width)]),
    ...sentences.flatMap((sentence) => ['', ...wrapped(sentence, width)]),
  ].join('\n')
}

const betterText = { higher: 'higher', lower: 'lower', real: 'as real' } as const

/** More are a matter for the JSON. */
const mostClasses = 30

function classLines(classes: readonly ClassShare[], width: number): string[] {
  if (classes.length > mostClasses) return [`${classes.length} classes; --json tells the share of each.`]
  const rows = classes.map(({ name, generated, real }) => [name, shareText(generated), shareText(real)])
  return table([['class', 'generated', 'real'], ...rows], { width, flexible: 0, right: [1, 2] })
}
