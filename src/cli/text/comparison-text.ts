import type { ComparedModel, Comparison } from '../../comparison/results/comparison.ts'
import {
  counted,
  filledColumns,
  drawingColumns,
  fewLabelsOf,
  namingColumns,
  notesOf,
  rowsOf,
} from '../../comparison/results/comparison-columns.ts'
import type { Column, Row } from '../../comparison/results/comparison-columns.ts'
import { table, wrapped } from '../terminal/text-table.ts'

/** A comparison as two tables, and what has to be said of them; the page says more. */
export function compareText(comparison: Comparison, width: number): string {
  const { models, count } = comparison
  const drawing = filledColumns(drawingColumns(comparison.features.name), models, drawingOf)
  const naming = filledColumns(namingColumns(fewLabelsOf(comparison)), models, namingOf)
  const named = rowsOf(models, namingOf, naming)
  const legends = [drawingLegend(comparison), ...(named.length === 0 ? [] : [namingLegend(comparison)])]
  return [
    `Models that draw, by ${counted(count)} samples of each (* the best of a column)`,
    '',
    ...tableOf(rowsOf(models, drawingOf, drawing), drawing, width),
    ...(named.length === 0 ? [] : ['', 'Models that name classes', '', ...tableOf(named, naming, width)]),
    ...[...legends, ...notesOf(comparison)].flatMap((text) => ['', ...wrapped(text, width)]),
  ].join('\n')
}

const drawingOf = ({ drawing }: ComparedModel) => drawing
const namingOf = ({ naming }: ComparedModel) => naming

const drawingLegend = ({ features, test }: Comparison): string =>
  `Beside images of ${test.name}; real images are training images in the place of samples, which is what can be reached. Parzen: log-likelihood in ` +
  `nats, a poor judge of images (Theis, van den Oord and Bethge 2016). FID: in the features of ${features.name}, not of Inception. C2ST: ` +
  'the accuracy of a classifier trained to tell samples from real images, where 50% is ideal. Chain: whether a Markov chain draws.'

const namingLegend = ({ outliers }: Comparison): string =>
  'Right: the share of test images. Calibr.: how far confidence is from that, on average. 10, 100, 1,000: right after learning from so many images of ' +
  `each class. ${
    outliers === null
      ? ''
      : `Sure, likely: how often a test image is named more surely, or found likelier, than one of ${outliers.name}; 0.5 is guessing.`
  }`.trimEnd()

function tableOf<Scores>(rows: readonly Row[], columns: readonly Column<Scores>[], width: number): string[] {
  const lines = rows.map(({ model, cells }) => [
    model.title,
    ...cells.map(({ text, isBest }) => `${text}${isBest ? '*' : ' '}`),
  ])
  const right = columns.map((_, index) => index + 1)
  return table([['', ...columns.map(({ short }) => `${short} `)], ...lines], { width, flexible: 0, right })
}
