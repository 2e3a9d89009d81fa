import type { Recipe } from '../../recipes/index.ts'
import { dotted } from '../../recipes/read-settings.ts'
import { itemsOf, settingOf, singleSettings } from '../../recipes/setting.ts'
import type { JsonSchema, Setting } from '../../recipes/setting.ts'

/** A command that tells a recipe something else than its defaults; on several lines where one would be too long. */
export function exampleCommand(recipe: Recipe, width: number): string[] {
  const sets = examples(recipe).map(({ path, value }) => `--set ${dotted(path)}=${String(value)}`)
  const words = [`forger train ${recipe.name}`, ...sets]
  const line = words.join(' ')
  if (line.length <= width) return [line]
  return words.map((word, index) => `${index > 0 ? '  ' : ''}${word}${index < words.length - 1 ? ' \\' : ''}`)
}

/** The lines of a file for `--options` that says the same. */
export function exampleFile(recipe: Recipe): string[] {
  const lines = examples(recipe).flatMap(({ path, value }, index, all) => {
    const shared = sharedStart(path, all[index - 1]?.path ?? [])
    return path.slice(shared).map((name, place) => {
      const depth = shared + place
      return `${'  '.repeat(depth)}${name}:${depth === path.length - 1 ? ` ${yamlText(value)}` : ''}`
    })
  })
  return [`recipe: ${recipe.name}`, ...lines]
}

interface Example {
  readonly path: readonly string[]
  readonly value: number | readonly number[]
}

/** The first whole number among its settings and the first list of them, each halved: a smaller game. */
function examples({ settings }: Recipe): Example[] {
  const all = singleSettings(settingOf(settings, ['game'])).flatMap((setting) => halved(setting))
  const ofKind = (isList: boolean) => all.filter(({ value }) => Array.isArray(value) === isList).slice(0, 1)
  return [...ofKind(false), ...ofKind(true)]
}

function halved({ path, schema, standard }: Setting): Example[] {
  if (isWhole(schema, standard)) return [{ path, value: half(standard, schema) }]
  if (schema.type !== 'array' || !Array.isArray(standard)) return []
  const items = itemsOf(schema)
  const values = standard.flatMap((item) => (isWhole(items, item) ? [half(item, items)] : []))
  return values.length === standard.length ? [{ path, value: values }] : []
}

const isWhole = (schema: JsonSchema, value: unknown): value is number =>
  schema.type === 'integer' && typeof value === 'number'

const half = (value: number, { minimum = 1 }: JsonSchema): number => Math.max(minimum, Math.ceil(value / 2))

function sharedStart(path: readonly string[], before: readonly string[]): number {
  const different = path.findIndex((name, place) => name !== before[place])
  return different < 0 ? path.length : different
}

const yamlText = (value: Example['value']): string =>
  typeof value === 'number' ? String(value) : `[${value.join(', ')}]`
