import type * as z from 'zod'
import { nearest } from '../data/nearest.ts'
import { UserError } from '../tensor/errors.ts'
import { settingAt, settingOf, singleSettings } from './setting.ts'
import type { Setting } from './setting.ts'

type Path = readonly string[]

/** How to speak to the person who told something. */
export interface Manner {
  /** Who is told what stands there: 'the recipe mlp'. */
  whom(path: Path): string
  /** How it was named: '--set game.latent'; by default 'game.latent'. */
  name?(path: Path): string
  /** How its value was written, or undefined where the value itself shows that. */
  text?(path: Path): string | undefined
  /** Where all of it stands in what a run can be told; by default at the top. */
  readonly under?: Path
}

/**
 * What was told, checked and completed by defaults. Throws a UserError of one sentence for the first thing that is unknown
 * or wrong.
 */
export function readSettings<S extends z.ZodType>(schema: S, told: unknown, manner: Manner): z.output<S> {
  const parsed = schema.safeParse(told)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const root = settingOf(schema, manner.under)
  throw new UserError(
    issue.code === 'unrecognized_keys'
      ? unknownText(root, [...issue.path.map(String), issue.keys[0]], manner)
      : wrongText(root, issue, told, manner),
  )
}

function unknownText(root: Setting, path: Path, { whom, name = dotted }: Manner): string {
  const full = [...root.path, ...path]
  const siblings = settingAt(root, path.slice(0, -1))?.members ?? []
  // Whoever forgets the group finds the setting by its own name.
  const candidates = [...siblings, ...singleSettings(root)]
  const ownName = (setting: Setting) => setting.path.at(-1) ?? ''
  const near = nearest(clipped(path.at(-1) ?? ''), candidates.map(ownName))
  const meant = candidates.find((candidate) => ownName(candidate) === near)
  const hint = meant
    ? `did you mean ${dotted(meant.path)}?`
    : `known are ${siblings.map((sibling) => dotted(sibling.path)).join(', ')}.`
  return `${name(full)} is nothing that ${whom(full)} can be told; ${hint}`
}

/** A wrong member of a list is told of the list. */
function wrongText(root: Setting, { path, code, message }: z.core.$ZodIssue, told: unknown, manner: Manner): string {
  const names = path.map(String)
  const lengths = Array.from({ length: names.length + 1 }, (_, index) => names.length - index)
  const length = lengths.find((count) => settingAt(root, names.slice(0, count)) !== null) ?? 0
  const inner = names.slice(0, length)
  const full = [...root.path, ...inner]
  // Rules of a schema's own say what they expect in their message.
  const expected = code === 'custom' ? message : (settingAt(root, inner)?.expected ?? 'something else')
  const { name = dotted, text } = manner
  return `${name(full)} takes ${expected}, not ${shown(text?.(full) ?? valueAt(told, inner))}.`
}

/** 'game.latent'; names that nothing could have are quoted, so that the sentence stays one. */
export const dotted = (path: Path): string =>
  path.map((name) => (/^[\w-]{1,60}$/.test(name) ? name : JSON.stringify(clipped(name)))).join('.')

export function valueAt(tree: unknown, path: Path): unknown {
  let value = tree
  for (const name of path) {
    if (!isGroup(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** Whether it is a plain record: no list, nothing with a class of its own. */
export function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const mostShown = 60

const clipped = (text: string): string => (text.length <= mostShown ? text : `${text.slice(0, mostShown)}...`)

/** A value in a sentence, at most a few words of it. */
const shown = (value: unknown): string => clipped(written(value, 2))

function written(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(clipped(value))
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) {
    const first = depth === 0 ? ['...'] : value.slice(0, mostShown).map((member) => written(member, depth - 1))
    return `[${first.join(', ')}]`
  }
  if (isGroup(value)) {
    const names = Object.keys(value)
      .slice(0, mostShown)
      .map((name) => dotted([name]))
    return names.length === 0 ? 'an empty group' : `a group (${names.join(', ')})`
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
