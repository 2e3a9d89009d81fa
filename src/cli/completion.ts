import type { Command } from '@commander-js/extra-typings'
import { unknownName } from '../data/nearest.ts'
import { UserError } from '../tensor/errors.ts'
import { bashScript } from './completion/bash-script.ts'
import { fishScript } from './completion/fish-script.ts'
import { zshScript } from './completion/zsh-script.ts'
import { vocabularyOf } from './completion/vocabulary.ts'
import type { Vocabulary } from './completion/vocabulary.ts'

interface Shell {
  script(vocabulary: Vocabulary): string
  /** The line that installs the script for good. */
  readonly install: string
}

const shells: Readonly<Record<string, Shell>> = {
  bash: { script: bashScript, install: `echo 'eval "$(forger completion bash)"' >> ~/.bashrc` },
  zsh: { script: zshScript, install: `echo 'eval "$(forger completion zsh)"' >> ~/.zshrc` },
  fish: { script: fishScript, install: 'forger completion fish > ~/.config/fish/completions/forger.fish' },
}

/** `forger completion` */
export function addCompletion(program: Command): void {
  const install = Object.entries(shells).map(([name, shell]) => `  ${name.padEnd(6)}${shell.install}`)
  program
    .command('completion')
    .summary('let a shell complete commands')
    .description(
      'Prints a script by which a shell completes the commands of forger, their options and, where they are known, the ' +
        'values of these.',
    )
    .argument('<shell>', Object.keys(shells).join(', '))
    .addHelpText('after', `\nTo have it in every new shell:\n${install.join('\n')}`)
    .action((name) => console.log(shellNamed(name).script(vocabularyOf(program, { shell: Object.keys(shells) }))))
}

function shellNamed(name: string): Shell {
  if (Object.hasOwn(shells, name)) return shells[name]
  const names = Object.fromEntries(Object.keys(shells).map((known) => [known, known]))
  throw new UserError(unknownName('shell', name, names))
}
