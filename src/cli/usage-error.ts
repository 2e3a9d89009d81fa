import type { CommanderError, CommandUnknownOpts } from '@commander-js/extra-typings'
import { unknownName } from '../data/nearest.ts'

/** What Commander refuses, as one sentence of ours that ends with what to do. */
export function refusal(
  { code, message }: CommanderError,
  program: CommandUnknownOpts,
  argv: readonly string[],
): string {
  const commands = Object.fromEntries(program.commands.map((command) => [command.name(), command.name()]))
  // Of all failures only `forger help nosuch` comes without words.
  if (code === 'commander.help') return unknownName('command', argv[1] ?? '', commands)
  const asked = Object.hasOwn(commands, argv[0]) ? `${program.name()} ${argv[0]}` : program.name()
  const [fault, meant] = message.replace(/^error: /, '').split('\n')
  const said = rewordings.reduce((text, [theirs, ours]) => text.replace(theirs, ours), fault)
  const hint = /^\(Did you mean (.+)\?\)$/.exec(meant ?? '')?.[1]
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1)}`
  return hint === undefined ? `${sentence}; "${asked} --help" tells more.` : `${sentence}; did you mean ${hint}?`
}

/** Where its words are hard to understand, or more than one sentence. */
const rewordings: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/^option '(\S+) (.+)' argument missing$/, '$1 needs $2 after it'],
  [/^missing required argument '(.+)'$/, 'the argument <$1> is missing'],
  [/^(too many arguments.*)\. Expected (.+)\.$/, '$1: expected $2'],
]
