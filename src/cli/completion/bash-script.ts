import type { CommandWords, Values, Vocabulary } from './vocabulary.ts'

/** For bash from 3.2 on, which macOS still has: no associative arrays, and compopt only where there is one. */
export const bashScript = ({ program, options, commands }: Vocabulary): string => `\
# Completes ${program} in bash: eval "$(${program} completion bash)"

# Sets what may stand behind a command and an option, or as its argument of that number; fails where nothing may.
_${program}_values() {
  words='' paths=''
  case $1 in
${casesOf(commands)}
    *) return 1 ;;
  esac
}

_${program}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command='' at='' last='' place=0 colon='' before='' word='' index words paths
  # bash makes three words of --data=mnist and of idx:file.
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $word in
      '=') ;;
      ':') at=$last ;;
      -*) if _${program}_values "$command $word"; then at=$word; else at=''; fi ;;
      *)
        if [[ -n $at ]]; then last=$at at=''
        elif [[ -z $command ]]; then command=$word
        else last=$((++place))
        fi ;;
    esac
  done
  if [[ $cur == ':' ]]; then colon=1 at=$last cur=''
  elif [[ $cur == '=' ]]; then cur=''
  elif [[ $word == ':' ]]; then colon=1
  fi

  words='' paths=''
  if [[ -n $at ]]; then _${program}_values "$command $at"
  elif [[ $cur == -* ]]; then
    case $command in
      '') words='${flagsOf({ options })}' ;;
${commands.map((command) => `      ${command.name}) words='${flagsOf(command)}' ;;`).join('\n')}
    esac
  elif [[ -z $command ]]; then words='${commands.map(({ name }) => name).join(' ')}'
  else _${program}_values "$command $((place + 1))"
  fi

  # Behind such a word as idx: there are paths, with commas between them.
  if [[ -n $colon || ( $cur == *:* && " $words " == *" \${cur%%:*}: "* ) ]]; then
    before=\${cur%"\${cur##*[:,]}"}
    words='' paths=-f
  fi

  COMPREPLY=()
  if [[ -n $paths ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$paths" -P "$before" -- "\${cur#"$before"}")
  else
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$cur")
    if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *: ]]; then compopt -o nospace 2>/dev/null; fi
  fi
}

complete -F _${program} ${program}`

const flagsOf = ({ options }: Pick<CommandWords, 'options'>): string => options.flatMap(({ flags }) => flags).join(' ')

/** Places with the same values share a case. */
function casesOf(commands: readonly CommandWords[]): string {
  const places = new Map<string, string[]>()
  const add = (place: string, values: Values) => {
    const text = assigned(values)
    places.set(text, [...(places.get(text) ?? []), `'${place}'`])
  }
  for (const { name, options, arguments: expected } of commands) {
    for (const { flags, values } of options)
      if (values !== null) flags.forEach((flag) => add(`${name} ${flag}`, values))
    expected.forEach(({ values }, index) => add(`${name} ${index + 1}`, values))
  }
  return Array.from(places, ([text, patterns]) => `    ${patterns.join(' | ')}) ${text};;`).join('\n')
}

function assigned(values: Values): string {
  if (values.kind === 'words') return `words='${values.words.join(' ')}' `
  return values.kind === 'anything' ? '' : `paths=${values.kind === 'files' ? '-f' : '-d'} `
}
