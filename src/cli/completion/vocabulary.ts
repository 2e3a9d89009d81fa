import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { sources } from '../../data/sources.ts'
import type { Split } from '../../data/source.ts'
import { recipes } from '../../recipes/index.ts'
import { acceleratorNames } from '../../runtime/accelerator.ts'

/** What may stand in a place of a command line. A word that ends in a colon is followed by a path. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' | 'folders' | 'anything' }

export interface OptionWords {
  /** As ['-h', '--help']. */
  readonly flags: readonly string[]
  readonly description: string
  /** What may stand behind it; null where nothing does. */
  readonly values: Values | null
  /** Whether it may be given again. */
  readonly isRepeatable: boolean
}

export interface CommandWords {
  readonly name: string
  readonly summary: string
  readonly options: readonly OptionWords[]
  readonly arguments: readonly { readonly name: string; readonly values: Values }[]
}

/** All that can be written on a command line, as its help tells it. */
export interface Vocabulary {
  readonly program: string
  readonly options: readonly OptionWords[]
  readonly commands: readonly CommandWords[]
}

const words = (list: readonly string[]): Values => ({ kind: 'words', words: list })

/** By the name of an option or an argument, or by what stands in help for the value of an option. */
const valuesByName: Readonly<Record<string, Values>> = {
  recipe: words(Object.keys(recipes)),
  source: words(Object.entries(sources).map(([name, { usage }]) => (usage.includes(':') ? `${name}:` : name))),
  device: words(['cpu', ...acceleratorNames]),
  part: words(['train', 'test'] satisfies Split[]),
  run: { kind: 'folders' },
  folder: { kind: 'folders' },
  file: { kind: 'files' },
}

/** What a program understands; `more` are words that only its maker knows, by the same names. */
export function vocabularyOf(
  program: CommandUnknownOpts,
  more: Readonly<Record<string, readonly string[]>>,
): Vocabulary {
  const help = program.createHelp()
  const commands = help.visibleCommands(program)
  const own = { ...more, command: commands.map((command) => command.name()) }
  const byName = {
    ...valuesByName,
    ...Object.fromEntries(Object.entries(own).map(([name, list]) => [name, words(list)])),
  }
  const valuesOf = ({ argChoices }: Option | Argument, ...names: string[]): Values => {
    const known = names.find((name) => Object.hasOwn(byName, name))
    if (argChoices !== undefined) return words(argChoices)
    return known === undefined ? { kind: 'anything' } : byName[known]
  }
  const optionWords = (option: Option): OptionWords => ({
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: option.description,
    values: option.required || option.optional ? valuesOf(option, option.name(), placeholderOf(option)) : null,
    // Choices have a parser as well; any other one gathers the values of an option that may be given again.
    isRepeatable: option.variadic || (option.parseArg !== undefined && option.argChoices === undefined),
  })
  const argumentWords = (argument: Argument) => ({
    name: argument.name(),
    values: valuesOf(argument, argument.name()),
  })
  return {
    program: program.name(),
    options: help.visibleOptions(program).map(optionWords),
    commands: commands.map((command) => ({
      name: command.name(),
      summary: command.summary() || command.description(),
      options: help.visibleOptions(command).map(optionWords),
      arguments: command.registeredArguments.map(argumentWords),
    })),
  }
}

const placeholderOf = ({ flags }: Option): string => /[<[](.+)[\]>]/.exec(flags)?.[1] ?? ''
