import { dotted } from '../../recipes/read-settings.ts'
import { optionsFromOverrides } from './merge-overrides-node.ts'
import type { RunInput, RunOptions } from './run-options.ts'

/**
 * The options of a run from what a program or a file says: checked, and completed by defaults. Throws a UserError of one
 * sentence, which names the file.
 */
export function completeOptions(given: RunInput, file: string | null = null): Promise<RunOptions> {
  const name = (path: readonly string[]) => (file === null ? dotted(path) : `${file}: ${dotted(path)}`)
  return optionsFromOverrides([{ path: [], given: { value: given }, name, file }])
}
