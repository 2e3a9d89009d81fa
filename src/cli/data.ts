import type { Command } from '@commander-js/extra-typings'
import * as z from 'zod'
import type { Source } from '../data/source.ts'
import { loadSource, ownSummary, sourceUsages } from '../data/sources.ts'
import type { GridImages } from '../runs/samples/image-grid.ts'
import type { Picture } from '../files/picture.ts'
import { writePicture } from '../files/write-picture-node.ts'
import { drawScatter, scatterImage } from '../runs/samples/scatter-plot.ts'
import { chooseImages, layOut, readChosen } from './choose-images.ts'
import { withFieldImages } from './field-images.ts'
import { describeData, dataText } from './text/data-text.ts'
import { helpTables } from './text/help-tables.ts'
import { optionsFor, parseOptions } from './command-options.ts'
import { preparingLine } from './terminal/preparing-line.ts'
import { showImages } from './terminal/show-images.ts'
import type { Output } from './terminal/show-images.ts'

const dataOptions = z.object({
  out: z
    .string()
    .regex(/\.png$/i)
    .optional()
    .meta({
      argument: 'file',
      description: 'write a picture of some images, as PNG; a file of that name is replaced',
      expected: 'the path of a .png file',
    }),
  count: z.int().min(1).max(10_000).default(64).meta({
    argument: 'n',
    description: 'at most how many images to show',
    expected: 'a whole number from 1 to 10000',
  }),
  split: z.enum(['train', 'test']).default('train').meta({
    argument: 'part',
    description: 'which part of the data: train, or test where it has one',
    expected: 'train or test',
  }),
  seed: z
    .int()
    .min(0)
    .default(0)
    .meta({
      argument: 'n',
      description: 'which images are shown: equal seeds choose alike',
      expected: `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
    }),
  json: z.boolean().default(false).meta({
    description: 'print everything as one line of JSON, show no images',
    expected: 'nothing after it',
  }),
})

type DataOptions = z.infer<typeof dataOptions>

/** `forger data` */
export function addData(program: Command, output: Output = process.stdout): void {
  const command = program
    .command('data')
    .summary('describe a data set and show some of it')
    .description(
      'Loads a data set and describes it: the number of images or points, their size, brightness or extent, the classes and the ' +
        'fields of an example. Shows some in the terminal, or writes them as a picture: drawn at random, of labeled data as many ' +
        'of each class. Images of other fields, such as a source, are shown at the left of their image.',
    )
    .argument('<source>', 'the data, as --data of train takes it')
    .addHelpText('after', helpAfterOptions())
    .action((data, given) => showData(output, data, parseOptions(dataOptions, given)))
  for (const option of optionsFor(dataOptions)) command.addOption(option)
}

async function showData(output: Output, data: string, { out, count, split, seed, json }: DataOptions): Promise<void> {
  const source = await loadSource(data, split, preparingLine(process.stderr))
  const shown = await show(source, count, seed)
  if (out !== undefined) await writePicture(out, shown.picture())
  else if (!json) await showImages(output, shown.images)
  const facts = await describeData(source, await ownSummary(data))
  const picture = out === undefined ? null : { file: out, images: shown.count, seed: shown.seed }
  output.write(`${json ? JSON.stringify({ ...facts, picture }) : dataText(facts, picture)}\n`)
}

/** What is seen of a source, in a file and in a terminal. */
interface Shown {
  readonly images: GridImages
  picture(): Picture
  readonly count: number
  readonly seed: number | null
}

/** Points are seen at once, so that there is nothing to choose. */
async function show(source: Source, count: number, seed: number): Promise<Shown> {
  if (source.kind === 'points') {
    const picture = () => drawScatter(source, null, fileSide)
    return { images: scatterImage(source, null), picture, count: source.count, seed: null }
  }
  const chosen = source.kind === 'images' ? chooseImages(source, count, seed) : await readChosen(source, count, seed)
  const images = await withFieldImages(chosen, source.beside)
  return { images, picture: () => layOut(images), count: images.count, seed }
}

/** Of a picture of points, in pixels. */
const fileSide = 960

const helpAfterOptions = (): string =>
  helpTables({
    Data: sourceUsages(),
    Examples: [
      ['forger data mnist', 'describe the digits, and show some'],
      ['forger data mnist --split test --out digits.png', '60 test digits, a column for each class'],
      ['forger data images:faces --count 100 --seed 7', 'pictures of your own; other seeds show others'],
      ['forger data toy:grid', 'points in the plane, all of them'],
      ['forger data unpaired:mnist+fashion', 'pairs of images, side by side'],
      ['forger data ./own-data.ts', 'a data source of your own'],
      ['forger data npy:x.npy,y.npy --json', 'arrays of your own, described as JSON'],
    ],
  })
