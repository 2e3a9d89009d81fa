import type { CommandWords, OptionWords, Values, Vocabulary } from './vocabulary.ts'

export const zshScript = ({ program, options, commands }: Vocabulary): string => `\
#compdef ${program}
# Completes ${program} in zsh: eval "$(${program} completion zsh)"

# One of these words; behind one that ends in a colon there are paths, with commas between them.
_${program}_words() {
  local word
  for word in \${(M)@:#*:}; do
    if compset -P "$word"; then
      compset -P '*,'
      _files
      return
    fi
  done
  compadd -- \${@:#*:}
  compadd -S '' -- \${(M)@:#*:}
}

_${program}() {
  local -a line
  local state
  _arguments -C \\
${options.map((option) => `    ${specOf(option, program)} \\\n`).join('')}\
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command)
      local -a commands=(
${commands.map(({ name, summary }) => `        ${quoted(`${name}:${summary}`)}`).join('\n')}
      )
      _describe command commands
      ;;
    rest)
      case $line[1] in
${commands.map((command) => caseOf(command, program)).join('\n')}
      esac
      ;;
  esac
}

# A file of that name in $fpath is run to complete; otherwise completion is told of it.
if [[ $funcstack[1] == _${program} ]]; then
  _${program} "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _${program} ${program}
fi`

function caseOf({ name, options, arguments: expected }: CommandWords, program: string): string {
  const specs = [
    ...options.map((option) => specOf(option, program)),
    ...expected.map((argument) => quoted(`:${argument.name}:${actionOf(argument.values, program)}`)),
  ]
  return `        ${name})\n          _arguments \\\n            ${specs.join(' \\\n            ')}\n          ;;`
}

/** A specification for _arguments. Options of several names stand in braces, and exclude each other. */
function specOf({ flags, description, values, isRepeatable }: OptionWords, program: string): string {
  const before = isRepeatable ? '*' : flags.length > 1 ? `(${flags.join(' ')})` : ''
  const names = flags.map((flag) => (values !== null && flag.startsWith('--') ? `${flag}=` : flag))
  const value = values === null ? '' : `: :${actionOf(values, program)}`
  const behind = quoted(`[${escaped(description)}]${value}`)
  return names.length > 1 ? `${quoted(before)}{${names.join(',')}}${behind}` : quoted(before + names[0]) + behind
}

/** Behind a blank, a function is called with these arguments alone. */
function actionOf(values: Values, program: string): string {
  if (values.kind === 'words') return ` _${program}_words ${escaped(values.words.join(' '))}`
  return { files: '_files', folders: '_files -/', anything: ' ' }[values.kind]
}

const escaped = (text: string): string => text.replaceAll(/[\\[\]:]/g, '\\$&')

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
