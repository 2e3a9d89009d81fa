import { Option } from '@commander-js/extra-typings'
import type * as z from 'zod'
import { dotted, readSettings } from '../recipes/read-settings.ts'
import { settingOf } from '../recipes/setting.ts'
import { optionsFromOverrides } from '../runs/options/merge-overrides-node.ts'
import type { Override } from '../runs/options/merge-overrides.ts'
import { flagName, optionName, runOptions } from '../runs/options/run-options.ts'
import type { RunOptions } from '../runs/options/run-options.ts'
import { valueOfText } from '../runs/options/text-value.ts'
import { UserError } from '../tensor/errors.ts'

type Fields = Readonly<Record<string, z.ZodType>>
type Given = Readonly<Record<string, unknown>>

const flagOf = (name: string): string => `--${flagName(name)}`

/** The options that a command takes for a schema; groups of settings have none. */
export function optionsFor(schema: z.ZodObject<Fields>): Option[] {
  const settings = settingOf(schema).members ?? []
  return settings
    .filter(({ schema: { type } }) => type !== 'object')
    .map(({ path: [key], argument, description, standard, otherwise }) => {
      // Not as a default of Commander's, which nobody could tell from what was given.
      const said = typeof standard === 'string' ? JSON.stringify(standard) : otherwise
      const text = said === '' || standard === false ? description : `${description} (default: ${said})`
      return new Option(argument === null ? flagOf(key) : `${flagOf(key)} <${argument}>`, text)
    })
}

/** `--options` and `--set`, for commands that are told about runs. */
export const sharedOptions = (): Option[] => [
  new Option('--options <file>', 'options in YAML or JSON, or the options.json of an earlier run'),
  new Option(
    '--set <path=value>',
    "any option, or a setting of the recipe's own as game.latent=64; may be given again",
  ).argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]),
]

/**
 * The options of a run from what its command was given: in rising order defaults, the file that `--options` names, what
 * `--set` says, and flags; what else a command takes is left to it. Throws a UserError of one sentence that says where something unknown or wrong was told.
 */
export async function gatherOptions({ options: file, set, ...flags }: Given): Promise<RunOptions> {
  return optionsFromOverrides([
    ...(typeof file === 'string' ? [await overridesInFile(file)] : []),
    ...(Array.isArray(set) ? set.map((text) => overrideBySetting(String(text))) : []),
    ...Object.entries(flags)
      .filter(([key]) => Object.hasOwn(runOptions.shape, key))
      .map(([key, value]) => overrideByFlag(key, value)),
  ])
}

async function overridesInFile(file: string): Promise<Override> {
  const { readOptionFile } = await import('../runs/options/option-file-node.ts')
  return { path: [], given: { value: await readOptionFile(file) }, name: (path) => `${file}: ${dotted(path)}`, file }
}

function overrideBySetting(given: string): Override {
  const equals = given.indexOf('=')
  const path = given.slice(0, Math.max(equals, 0)).trim().split('.').map(optionName)
  if (path.includes('')) {
    throw new UserError(`--set takes a path, = and a value, as game.latent=64, not ${JSON.stringify(given)}.`)
  }
  return { path, given: { text: given.slice(equals + 1) }, name: (place) => `--set ${dotted(place)}`, file: null }
}

const overrideByFlag = (key: string, value: unknown): Override => ({
  path: [key],
  given: typeof value === 'string' ? { text: value } : { value },
  name: () => flagOf(key),
  file: null,
})

/** The values that were given on a command line, by key, as the schema has them. Throws a UserError for the first that it refuses. */
export function parseOptions<F extends Fields>(schema: z.ZodObject<F>, given: Given): z.infer<z.ZodObject<F>> {
  const settings = settingOf(schema).members ?? []
  const values = settings
    .map(({ path: [key], schema: field }) => [key, given[key], field] as const)
    .filter(([, value]) => value !== undefined)
    .map(([key, value, field]) => [key, typeof value === 'string' ? valueOfText(value, field) : value])
  return readSettings(schema, Object.fromEntries(values), {
    whom: () => 'this command',
    name: ([key]) => flagOf(key),
    text: ([key]) => (typeof given[key] === 'string' ? given[key] : undefined),
  })
}
