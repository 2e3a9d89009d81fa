import { dotted } from '../recipes/read-settings.ts'
import { gatherTold } from './gather-options.ts'
import type { RunInput, RunOptions } from './options.ts'

/** The options of a run from what a program says: checked, and completed by defaults. Throws a UserError of one sentence. */
export const completeOptions = (told: RunInput): RunOptions =>
  gatherTold([{ path: [], what: { value: told }, name: dotted, file: null }])
