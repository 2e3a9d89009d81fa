import type { Command } from '@commander-js/extra-typings'

/** `forger doctor` */
export function addDoctor(program: Command): void {
  program.command('doctor').summary('look at this machine').action(() => {})
}
