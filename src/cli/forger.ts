import { Command, CommanderError } from '@commander-js/extra-typings'
import { DivergedError } from '../training/diverged-error.ts'
import { forgerVersion } from '../files/package-version-node.ts'
import { UserError } from '../tensor/errors.ts'
import { addCompare } from './compare.ts'
import { addCompletion } from './completion.ts'
import { addData } from './data.ts'
import { addDoctor } from './doctor.ts'
import { addEvaluate } from './evaluate.ts'
import { addRecipes } from './recipes.ts'
import { refusal } from './usage-error.ts'
import { addResume } from './resume.ts'
import { addSample } from './sample.ts'
import { addTrain } from './train.ts'

/** Exit statuses, beside those of signals. */
const status = { success: 0, fault: 1, mistake: 2, diverged: 3 } as const

/** Runs the command line on these arguments and gives the exit status. */
export async function forger(argv: readonly string[]): Promise<number> {
  const program = new Command('forger')
    .description('Trains generative adversarial networks: whole training steps compiled to WebAssembly.')
    .version(forgerVersion())
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 100, 120) })
    .exitOverride()
    // What it would write of a mistake, we tell in our own words.
    .configureOutput({ writeErr: () => {} })
  addTrain(program)
  addResume(program)
  addSample(program)
  addEvaluate(program)
  addCompare(program)
  addData(program)
  addRecipes(program)
  addDoctor(program)
  addCompletion(program)
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' })
    return status.success
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(error)
    return error.exitCode === 0 ? status.success : report(new UserError(refusal(error, program, argv)))
  }
}

/** Tells what went wrong: a sentence where it is for the user to mend, else everything that is known. */
function report(error: unknown): number {
  if (error instanceof UserError || error instanceof DivergedError) {
    console.error(`error: ${error.message}`)
    return error instanceof UserError ? status.mistake : status.diverged
  }
  console.error(error)
  return status.fault
}
