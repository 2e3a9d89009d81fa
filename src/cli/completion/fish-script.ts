import type { CommandWords, OptionWords, Values, Vocabulary } from './vocabulary.ts'

export const fishScript = ({ program, options, commands }: Vocabulary): string => `\
# Completes ${program} in fish: ${program} completion fish | source

# Whether the cursor is at that argument of that command; the rest are its options that take a value.
function __${program}_at
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]; or return 1
    set -l place 1
    set -l skips false
    for word in $words[2..]
        if $skips
            set skips false
        else if contains -- $word $argv[3..]
            set skips true
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
        end
    end
    not $skips; and test $place -eq (math $argv[2] + 1)
end

# One of these words; behind one that ends in a colon there are paths, with commas between them.
function __${program}_words
    set -l token (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    for word in (string match -- '*:' $argv)
        if string match -q -- "$word*" $token
            set -l before (string match -r -- '^.*[:,]' $token)
            for path in (__fish_complete_path (string replace -- $before '' $token))
                echo $before$path
            end
            return
        end
    end
    string join \\n $argv
end

complete -c ${program} -f
${[
  ...options.map((option) => lineOf(program, '__fish_use_subcommand', option)),
  ...commands.map(
    ({ name, summary }) => `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
  ),
  ...commands.flatMap((command) => linesOf(program, command)),
].join('\n')}`

function linesOf(program: string, { name, options, arguments: expected }: CommandWords): string[] {
  const valued = options.flatMap(({ flags, values }) => (values === null ? [] : flags))
  return [
    ...options.map((option) => lineOf(program, `'__fish_seen_subcommand_from ${name}'`, option)),
    ...expected
      .filter(({ values }) => values.kind !== 'anything')
      .map(({ values }, index) => {
        const condition = [`__${program}_at`, name, index + 1, ...valued].join(' ')
        return `complete -c ${program} -n ${quoted(condition)} ${offered(values, program)}`
      }),
  ]
}

function lineOf(program: string, condition: string, { flags, description, values }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  const behind = values === null ? [] : ['-r', offered(values, program)]
  return [`complete -c ${program} -n ${condition}`, ...names, ...behind, `-d ${quoted(description)}`].join(' ')
}

function offered(values: Values, program: string): string {
  if (values.kind === 'words') return `-f -a ${quoted(`(__${program}_words ${values.words.join(' ')})`)}`
  return { files: '-F', folders: "-f -a '(__fish_complete_directories)'", anything: '-f' }[values.kind]
}

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`
