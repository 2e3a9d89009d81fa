import type { Command } from '@commander-js/extra-typings'
import { sourceUsages } from '../data/sources.ts'
import { recipes } from '../recipes/index.ts'
import { runOptions } from '../runs/options/run-options.ts'
import { follow } from './follow-run.ts'
import { helpTables } from './text/help-tables.ts'
import { capabilitiesOf } from './terminal/terminal-capabilities.ts'
import { gatherOptions, optionsFor, sharedOptions } from './command-options.ts'
import { preparingLine } from './terminal/preparing-line.ts'

/** `forger train` */
export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .summary('train a generator and a discriminator on real images')
    .description(
      'Trains a generator and a discriminator on real images. Pictures of samples, a log, checkpoints, a report and the ' +
        'trained generator as an ONNX model go to a folder of their own. The run ends at the first limit it reaches of ' +
        '--steps, --epochs and --minutes. Where none is given it stops by itself, when its samples no longer get nearer to ' +
        'real ones that it has not learned from, and keeps the best; the limits of its recipe are the most it takes then. ' +
        'Ctrl-C ends it early and keeps what it has learned. "forger resume" goes on with it, bit for bit.',
    )
    .argument('[recipe]', 'what to train, as --recipe says too')
    .option('--dry-run', 'write nothing: tell what would run, its memory and its speed', false)
    .option('--json', 'tell what happens as JSON, an event a line', false)
    .addHelpText('after', helpAfterOptions())
    .action(async (recipe, { dryRun, json, ...given }) => {
      const options = await gatherOptions({ ...given, ...(recipe === undefined ? {} : { recipe }) })
      if (dryRun) {
        const { tryRun } = await import('./dry-run.ts')
        return tryRun(options, json)
      }
      const terminal = capabilitiesOf(process.stdout)
      const { openRun } = await import('../runs/opening/open-run-node.ts')
      const opening = openRun(options, preparingLine(process.stderr))
      // Loaded while threads start and data is read.
      const [run] = await Promise.all([opening, import('../training/train-run-node.ts')])
      return follow(run, { json, terminal })
    })
  for (const option of [...optionsFor(runOptions), ...sharedOptions()]) command.addOption(option)
}

const helpAfterOptions = (): string =>
  helpTables({
    Recipes: Object.values(recipes).map(({ name, summary }) => [name, summary]),
    Data: sourceUsages(),
    Examples: [
      ['forger train', 'digits, in less than two minutes'],
      ['forger train --data fashion --minutes 10', 'clothes, for longer'],
      ['forger train mlp --steps 500 --seed 7 --out seven', 'the same on every thread count, in ./seven'],
      ['forger train --set game.latent=64 --dry-run', 'how large and how fast would that be?'],
      ['forger train --from runs/mlp-1 --data fashion', 'fine-tune that run on other images'],
      ['forger train --options runs/mlp-1/options.json', 'the same run again'],
      ['forger train ./own-recipe.ts --data ./own-data.ts', 'a recipe and data of your own'],
    ],
  })
