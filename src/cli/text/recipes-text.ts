import { recipes } from '../../recipes/index.ts'
import type { Recipe, RecipeDefaults } from '../../recipes/index.ts'
import { settingOf, toJsonSchema } from '../../recipes/setting.ts'
import type { Setting } from '../../recipes/setting.ts'
import { runOptions } from '../../runs/options/run-options.ts'
import { exampleCommand, exampleFile } from './recipe-example.ts'
import { table } from '../terminal/text-table.ts'

/** What text is written on. */
export interface Page {
  readonly width: number
  /** How what matters less looks. */
  readonly aside: (text: string) => string
}

/** What each recipe is for, and how it trains if it is not told otherwise. */
export function recipeList({ width }: Pick<Page, 'width'>): string {
  const rows = Object.values<Recipe>(recipes).map(({ name, summary, defaults }) => [
    name,
    summary,
    String(defaults.batch),
    protocolText(defaults),
  ])
  const lines = table([['recipe', 'what it is', 'batch', 'ends after'], ...rows], {
    width: width - indent.length,
    flexible: 1,
    right: [2],
  })
  return [
    ...lines.map((line) => indent + line),
    '',
    'forger recipes NAME   tells all that a recipe can be told',
    'forger train NAME     trains it',
    'forger train FILE     trains a recipe from a file of your own',
  ].join('\n')
}

/** Everything that one recipe can be told. */
export function recipeDetails(recipe: Recipe, page: Page): string {
  const { name, summary, defaults } = recipe
  const { batch, learningRate } = runOptions.shape
  const general = [
    ['batch', String(defaults.batch), `${batch.description} (--batch)`],
    ['learningRate', String(defaults.learningRate), `${learningRate.description} (--learning-rate)`],
    ['ends after', protocolText(defaults), 'whichever comes first (--steps, --epochs, --minutes)'],
  ]
  return [
    `${name}: ${summary}`,
    '',
    'Options of every run, as they are for this recipe:',
    ...settingsTable(general, page),
    '',
    'Settings of its own, for --set or a file for --options:',
    ...settingsTable([['game', '', ''], ...rowsOf(settingsTree(recipe), 1)], page),
    '',
    'An example:',
    ...exampleCommand(recipe, page.width - indent.length).map((line) => indent + line),
    '',
    'The same by --options and a file:',
    ...exampleFile(recipe).map((line) => indent + line),
  ].join('\n')
}

/** For programs: what a recipe is, what it can be told as JSON Schema, and what it is if nothing is told. */
export const recipeFacts = ({ name, summary, defaults, settings }: Recipe): Readonly<Record<string, unknown>> => ({
  name,
  summary,
  defaults,
  settings: settings.parse({}),
  schema: toJsonSchema(settings),
})

export const settingsTree = ({ settings }: Recipe): Setting => settingOf(settings, ['game'])

export const protocolText = ({ steps, minutes }: RecipeDefaults): string =>
  `${steps.toLocaleString('en')} steps or ${minutes} minutes`

const indent = '  '

const settingsTable = (rows: readonly (readonly string[])[], { width, aside }: Page): string[] =>
  table(rows, { width: width - indent.length, flexible: 2, aside }).map((line) => indent + line)

/** Name, default, and what it is with what it takes below. */
const rowsOf = ({ members }: Setting, depth: number): string[][] =>
  (members ?? []).flatMap((member) => {
    const name = `${'  '.repeat(depth)}${member.path.at(-1)}`
    return member.members
      ? [[name, '', member.description], ...rowsOf(member, depth + 1)]
      : [[name, member.otherwise, `${member.description}\n${member.expected}`]]
  })
