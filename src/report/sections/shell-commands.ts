import { furtherPatience } from '../../gan/training/stop-rule.ts'
import { flagName } from '../../runs/options/run-options.ts'
import type { OptionFact, ReportFacts } from './report-facts.ts'

/** Left out: the folder is taken by this run, and the number of threads does not change a bit of the result. */
const unneeded: readonly string[] = ['out', 'threads']

/** How a run is judged, which makes no difference where it is not. */
const checkOptions: readonly string[] = ['stop', 'checkEvery', 'patience', 'checkFeatures']

/** The command that makes the same run again. */
export function trainCommand({ options }: Pick<ReportFacts, 'options'>): string {
  const isChecked = options.some(({ path: [name], value }) => name === 'stop' && value === 'auto')
  const left = isChecked ? unneeded : [...unneeded, ...checkOptions]
  return ['forger train', ...options.filter(({ path: [name] }) => !left.includes(name)).flatMap(flagFor)].join(' ')
}

/** The command that goes on with the run: where it has come to a limit, to twice as far; where it stopped, with more patience. */
export function resumeCommand({ name, step, seconds, options, checking }: ReportFacts): string {
  const limit = (wanted: string) => Number(options.find(({ path }) => path[0] === wanted)?.value ?? Infinity)
  if (checking?.hasStopped) {
    return `forger resume ${shellWord(name)} --patience ${furtherPatience(limit('patience'), checking.judgement)}`
  }
  const [steps, minutes] = [limit('steps'), limit('minutes')]
  const further = step >= steps ? ` --steps ${2 * steps}` : seconds >= 60 * minutes ? ` --minutes ${2 * minutes}` : ''
  return `forger resume ${shellWord(name)}${further}`
}

/** Options have flags of their own; settings of the recipe are told by --set, where they are not as usual. */
function flagFor({ path: [name, ...inner], value, usual }: OptionFact): string[] {
  if (value === undefined || value === false) return []
  if (inner.length > 0) {
    const isUsual = JSON.stringify(value) === JSON.stringify(usual)
    return isUsual ? [] : [`--set ${shellWord(`${[name, ...inner].join('.')}=${textOf(value)}`)}`]
  }
  const flag = `--${flagName(name)}`
  return value === true ? [flag] : [`${flag} ${shellWord(textOf(value))}`]
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** One word for a POSIX shell, whatever it holds. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
