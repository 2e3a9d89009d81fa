import type { Command } from '@commander-js/extra-typings'
import { onlyGiven, runOptions } from '../runs/options/run-options.ts'
import { changeable } from '../runs/folder/run-record.ts'
import { follow } from './follow-run.ts'
import { helpTables } from './text/help-tables.ts'
import { capabilitiesOf } from './terminal/terminal-capabilities.ts'
import { gatherOptions, optionsFor } from './command-options.ts'
import { preparingLine } from './terminal/preparing-line.ts'

/** `forger resume` */
export function addResume(program: Command): void {
  const command = program
    .command('resume')
    .summary('go on with a run')
    .description(
      'Goes on with a run from its last checkpoint, bit for bit as if it had never been interrupted, however it ended (on ' +
        'another --device, up to rounding). New limits replace all old ones and count from the beginning of the run: --steps 9000 ends after its 9000th step. A run ' +
        'that stopped by itself goes on with more --patience, or to a new limit. Of ' +
        'what decides what is learned, only --learning-rate can be changed: the new rate holds from here on. Data that was moved is named by --data.',
    )
    .argument('<run>', 'the folder of a run')
    .option('--json', 'tell what happens as JSON, an event a line', false)
    .addHelpText(
      'after',
      helpTables({
        Examples: [
          ['forger resume runs/mlp-1', 'to the limits that it had'],
          ['forger resume runs/mlp-1 --steps 9000', 'further'],
          ['forger resume runs/mlp-1 --learning-rate 1e-4', 'with smaller updates from here on'],
          ['forger resume runs/mlp-1 --minutes 60 --threads 1', 'to an hour in all, on one core'],
        ],
      }),
    )
    .action(async (path, { json, ...given }) => {
      const terminal = capabilitiesOf(process.stdout)
      const [changes, { resumeRun }] = await Promise.all([
        gatherOptions(given).then((options) => onlyGiven(options, given)),
        import('../training/resume-run-node.ts'),
        import('../training/train-run-node.ts'),
      ])
      return follow(await resumeRun(path, changes, preparingLine(process.stderr)), { json, terminal })
    })
  for (const option of optionsFor(runOptions)) {
    const isChangeable = changeable.some((name) => name === option.attributeName())
    // The others are understood, so that it can be said why they are refused.
    command.addOption(isChangeable ? option : option.hideHelp())
  }
}
