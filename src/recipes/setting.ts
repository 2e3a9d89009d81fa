import * as z from 'zod'

declare module 'zod' {
  interface GlobalMeta {
    /** What stands for the value in help; none where an option is a switch. */
    argument?: string
    /** What values there are, where types and limits do not tell: 'the name of a recipe'. */
    expected?: string
    /** What holds if nothing is told, where that is decided elsewhere: 'one per core'. */
    otherwise?: string
  }
}

export type JsonSchema = z.core.JSONSchema.JSONSchema

/** Something that can be told, as a schema has it, in words for people. */
export interface Setting {
  /** Where it stands among all that can be told: ['game', 'adam', 'beta1']. */
  readonly path: readonly string[]
  readonly description: string
  /** What values it takes, as in 'takes ...'. */
  readonly expected: string
  /** What holds if nothing is told; undefined where that is decided elsewhere. */
  readonly standard: unknown
  /** The same as text; '' where there is nothing to say. */
  readonly otherwise: string
  /** What stands for the value in help. */
  readonly argument: string | null
  readonly schema: JsonSchema
  /** The settings of a group; null where this is a single one. */
  readonly members: readonly Setting[] | null
}

export const toJsonSchema = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: 'input' })

/** What a schema says, as one setting with all that is in it. `path` is where it stands. */
export const settingOf = (schema: z.ZodType, path: readonly string[] = []): Setting =>
  fromJsonSchema(toJsonSchema(schema), path)

/** The single settings in a group and in the groups within. */
export const singleSettings = (setting: Setting): Setting[] => setting.members?.flatMap(singleSettings) ?? [setting]

/** The setting that a path leads to from a group, or null. */
export function settingAt(group: Setting, path: readonly string[]): Setting | null {
  let found: Setting | null = group
  for (const name of path) found = found?.members?.find((member) => member.path.at(-1) === name) ?? null
  return found
}

/** A value as people write it: 0.5, mnist, 256, 512. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function fromJsonSchema(schema: JsonSchema, path: readonly string[]): Setting {
  const { argument, otherwise, description = '', default: standard } = schema
  const members = schema.properties
    ? Object.entries(schema.properties).map(([name, member]) => fromJsonSchema(wholeSchema(member), [...path, name]))
    : null
  return {
    path,
    description,
    expected: expectedText(schema),
    standard,
    otherwise: typeof otherwise === 'string' ? otherwise : standard === undefined ? '' : valueText(standard),
    argument: typeof argument === 'string' ? argument : null,
    schema,
    members,
  }
}

/** What a schema allows, as in 'takes ...': 'a whole number from 1 on'. */
export function expectedText(schema: JsonSchema): string {
  const { type, expected, enum: words, anyOf, properties } = schema
  if (typeof expected === 'string') return expected
  if (words) return words.length === 1 ? valueText(words[0]) : `one of ${words.map(valueText).join(', ')}`
  if (schema.const !== undefined) return valueText(schema.const)
  if (anyOf) return anyOf.map(expectedText).join(' or ')
  if (properties) return `a group of settings (${Object.keys(properties).join(', ')})`
  const kind = typeof type === 'string' ? kinds[type] : undefined
  if (kind === undefined) throw new Error(`no words for what ${JSON.stringify(schema)} allows`)
  return kind(schema)
}

const kinds: Record<z.core.JSONSchema.SchemaType, (schema: JsonSchema) => string> = {
  integer: (schema) => `a whole number${rangeText(schema)}`,
  number: (schema) => `a number${rangeText(schema)}`,
  string: () => 'text',
  boolean: () => 'true or false',
  null: () => 'null',
  array: (schema) => `a list of ${countText(schema)}, each ${expectedText(itemsOf(schema))}`,
  object: () => 'a group of settings',
}

/** Zod limits every whole number to those that are exact; that goes without saying. */
function rangeText({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const isSaid = (limit: number | undefined): limit is number =>
    limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER
  const low = isSaid(minimum)
    ? `from ${numberText(minimum)}`
    : exclusiveMinimum === undefined
      ? null
      : `above ${numberText(exclusiveMinimum)}`
  const high = isSaid(maximum)
    ? numberText(maximum)
    : exclusiveMaximum === undefined
      ? null
      : `below ${numberText(exclusiveMaximum)}`
  if (low === null) return high === null ? '' : isSaid(maximum) ? ` up to ${high}` : ` ${high}`
  if (high === null) return isSaid(minimum) ? ` ${low} on` : ` ${low}`
  return isSaid(minimum) ? ` ${low} to ${high}` : ` ${low} and ${isSaid(maximum) ? 'up to ' : ''}${high}`
}

/** 16384, but 1e9. */
function numberText(value: number | boolean): string {
  const short = Number(value).toExponential().replace('+', '')
  return short.length + 2 < String(value).length ? short : String(value)
}

function countText({ minItems = 0, maxItems }: JsonSchema): string {
  if (minItems === maxItems) return `${minItems} ${minItems === 1 ? 'value' : 'values'}`
  if (maxItems === undefined) return minItems === 0 ? 'values' : `${minItems} or more values`
  return minItems === 0 ? `up to ${maxItems} values` : `${minItems} to ${maxItems} values`
}

export const itemsOf = ({ items }: JsonSchema): JsonSchema => (Array.isArray(items) ? {} : wholeSchema(items ?? {}))

/** JSON Schema writes 'anything' and 'nothing' as true and false; our schemas say neither. */
function wholeSchema(schema: JsonSchema | boolean): JsonSchema {
  if (typeof schema === 'object') return schema
  throw new Error('a schema that is true or false describes nothing')
}
