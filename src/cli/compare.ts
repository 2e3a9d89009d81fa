import { Option } from '@commander-js/extra-typings'
import type { Command } from '@commander-js/extra-typings'
import * as z from 'zod'
import { benchmarkModelNames, benchmarkModels, isBenchmarkModel } from '../comparison/models/benchmark-models.ts'
import type { BenchmarkModelName } from '../comparison/models/benchmark-models.ts'
import { unknownName } from '../data/nearest.ts'
import { UserError } from '../tensor/errors.ts'
import { compareText } from './text/comparison-text.ts'
import { helpTables } from './text/help-tables.ts'
import { optionsFor, parseOptions } from './command-options.ts'
import { stageLine } from './terminal/stage-line.ts'

const compareOptions = z.object({
  models: z.string().min(1).optional().meta({
    argument: 'names',
    description: 'which models, with commas between them',
    otherwise: 'all of them; with --run, all but those GANs',
    expected: 'names of models with commas between them',
  }),
  rows: z.int().min(2).optional().meta({
    argument: 'n',
    description: 'how many images models learn from at most, GANs aside',
    otherwise: 'all; with --quick, 10000',
  }),
  count: z.int().min(100).max(100_000).optional().meta({
    argument: 'n',
    description: 'how many samples of each model are judged',
    expected: 'a whole number from 100 to 100000',
    otherwise: '10000; with --quick, 2500',
  }),
  ganMinutes: z.number().positive().optional().meta({
    argument: 'n',
    description: 'how long each GAN learns',
    otherwise: '3; with --quick, 1',
  }),
  outliers: z.string().min(1).optional().meta({
    argument: 'source',
    description: 'images of something else, that models should find strange',
    otherwise: 'fashion; beside fashion, mnist',
    expected: 'a source of data',
  }),
  out: z.string().min(1).optional().meta({
    argument: 'folder',
    description: 'a new folder, or that of a comparison to go on with',
    otherwise: 'runs/compare-<number>',
    expected: 'the path of a folder',
  }),
  seed: z.int().min(0).max(0x7fff_ffff).default(0).meta({
    argument: 'n',
    description: 'which images, which samples, and how models begin',
    expected: 'a whole number from 0 to 2147483647',
  }),
  threads: z.int().min(1).optional().meta({
    argument: 'n',
    description: 'threads that compute',
    otherwise: 'one per core',
  }),
  quick: z.boolean().default(false).meta({ description: 'fewer images, fewer samples, shorter trainings' }),
  json: z.boolean().default(false).meta({ description: 'tell it as JSON' }),
})

/** `forger compare` */
export function addCompare(program: Command): void {
  const command = program
    .command('compare')
    .summary('set GANs beside the models that came before them')
    .description(
      'Trains naive Bayes, a restricted Boltzmann machine, deep belief nets, GANs, a decision tree, support vector machines and logistic ' +
        'regression on the same labeled images. Those that draw are judged by their samples; all that know classes, by how they name test images, ' +
        'how sure they are, how few labels they need, and what they make of images of something else. Prints two tables, and writes ' +
        'them as a page with pictures. What is done is kept: the same command with --out goes on where it was stopped.',
    )
    .argument('[source]', 'labeled images, as --data of train takes them', 'mnist')
    .addOption(
      new Option('--run <run>', 'the folder of a run whose GAN is set beside the others; may be given again').argParser(
        (path: string, before: readonly string[] | undefined) => [...(before ?? []), path],
      ),
    )
    .addHelpText(
      'after',
      helpTables({
        Models: benchmarkModelNames.map((name) => [name, benchmarkModels[name].title]),
        Examples: [
          ['forger compare --quick', 'digits, in some minutes'],
          ['forger compare', 'in earnest, in a quarter of an hour on two cores'],
          ['forger compare --out runs/compare-1', 'go on with that one'],
          ['forger compare fashion --run runs/dcgan-1', 'clothes, beside a GAN that is there already'],
          ['forger compare --models naive-bayes,gan', 'two of them'],
          ['forger compare --quick --json > table.json', 'for programs'],
        ],
      }),
    )
    .action((source, { run, ...given }) => compare(source, run ?? [], parseOptions(compareOptions, given)))
  for (const option of optionsFor(compareOptions)) command.addOption(option)
}

async function compare(
  data: string,
  runs: readonly string[],
  { json, models, ...options }: z.infer<typeof compareOptions>,
): Promise<void> {
  const names = models === undefined ? undefined : modelsNamed(models)
  const { compareModels } = await import('../comparison/compare-models-node.ts')
  const line = stageLine(process.stderr)
  try {
    const { comparison, folder } = await compareModels({ data, runs, models: names, ...options }, line.show, (path) => {
      line.end()
      console.error(`Everything goes to ${path}; "forger compare ... --out ${path}" goes on with it if it is stopped.`)
    })
    line.end()
    const width = Math.min(process.stdout.columns ?? 100, 120)
    console.log(
      json
        ? JSON.stringify(comparison)
        : `${compareText(comparison, width)}\n\nPictures and tables are in ${folder}/comparison.html.`,
    )
  } finally {
    line.end()
  }
}

/** Each once, in the order of tables. Throws a UserError where there is no such model. */
function modelsNamed(text: string): BenchmarkModelName[] {
  const wanted = text.split(',').map((name) => name.trim())
  const known = Object.fromEntries(benchmarkModelNames.map((name) => [name, name]))
  const stranger = wanted.find((name) => !isBenchmarkModel(name))
  if (stranger !== undefined) throw new UserError(unknownName('model', stranger, known))
  return benchmarkModelNames.filter((name) => wanted.includes(name))
}
