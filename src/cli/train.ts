import type { Command } from '@commander-js/extra-typings'
import { sources } from '../data/sources.ts'
import { recipes } from '../recipes/index.ts'
import { runOptions } from '../runs/options.ts'
import type { RunOptions } from '../runs/options.ts'
import { lookOf } from './look.ts'
import { optionsFor, parseOptions } from './options.ts'
import { runView } from './run-view.ts'
import { watchForStop } from './stop.ts'
import { beginning, ending } from './train-text.ts'

/** `forger train` */
export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .summary('train a generator and a discriminator on real images')
    .description(
      'Trains a generator and a discriminator on real images. Pictures of samples, a log and the trained generator as an ' +
        'ONNX model go to a folder of their own. The run ends at the first limit it reaches of --steps, --epochs and ' +
        '--minutes, or where none is given at those of its recipe; Ctrl-C ends it early and keeps what it has learned.',
    )
    .addHelpText('after', helpAfterOptions())
    .action((given) => train(parseOptions(runOptions, given)))
  for (const option of optionsFor(runOptions)) command.addOption(option)
}

async function train(options: RunOptions): Promise<void> {
  const { openRun } = await import('../runs/open-run-node.ts')
  // The rest is loaded while threads start and data is read.
  const [run, { trainRun }] = await Promise.all([openRun(options), import('../runs/train-run-node.ts')])
  const view = runView(process.stdout, lookOf(process.stdout))
  const stop = watchForStop(view.end)
  try {
    console.log(beginning(run))
    const result = await trainRun(run, view, stop.signal).finally(view.end)
    console.log(ending(run, result))
  } finally {
    stop.release()
    await run.close()
  }
  stop.passOn()
}

function helpAfterOptions(): string {
  const tables = {
    Recipes: Object.values(recipes).map(({ name, summary, defaults: { batch, steps, minutes } }) => [
      name,
      `${summary} (batch ${batch}; ${steps} steps or ${minutes} minutes)`,
    ]),
    Data: Object.values(sources).map(({ usage, summary }) => [usage, summary]),
    Examples: [
      ['forger train', 'digits, in less than two minutes'],
      ['forger train --data fashion --minutes 10', 'clothes, for longer'],
      ['forger train --steps 500 --seed 7 --out seven', 'the same on every thread count, in ./seven'],
    ],
  }
  return Object.entries(tables)
    .map(([title, rows]) => {
      const width = Math.max(...rows.map(([name]) => name.length))
      return `\n${title}:\n${rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n')}`
    })
    .join('\n')
}
