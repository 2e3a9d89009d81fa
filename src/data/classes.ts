import { unknownName } from './nearest.ts'
import { UserError } from '../tensor/errors.ts'

/** The classes of a data set. */
export interface Classes {
  /** How many there are; labels are 0 ... count - 1. */
  readonly count: number
  /** What each means, or null where nobody says. */
  readonly names: readonly string[] | null
}

/** The classes of labeled data; null without labels. Where nobody says how many there are, the largest label does. */
export function classesOf({
  labels,
  classes,
}: {
  readonly labels: Uint8Array | Uint16Array | null
  readonly classes: readonly string[] | null
}): Classes | null {
  if (labels === null) return null
  return { count: classes?.length ?? 1 + largest(labels), names: classes && [...classes] }
}

/** The number of the class that a person names, by number or by name. Throws a UserError where there is none. */
export function classNumber(wanted: string, { count, names }: Classes): number {
  const named = names?.findIndex((name) => name.toLowerCase() === wanted.toLowerCase()) ?? -1
  if (named >= 0) return named
  const number = /^\d{1,9}$/.test(wanted) ? Number(wanted) : Infinity
  if (number < count) return number
  const numbers = count === 1 ? 'the only class is 0' : `the classes are 0 to ${count - 1}`
  // Names that are the numbers say nothing more.
  if (number < Infinity || names === null || names.every((name, index) => name === String(index))) {
    throw new UserError(
      `There is no class ${number < Infinity ? number : JSON.stringify(wanted.slice(0, 60))}; ${numbers}.`,
    )
  }
  const printable = JSON.stringify(wanted.slice(0, 60)).slice(1, -1)
  throw new UserError(
    unknownName('class', printable, Object.fromEntries(names.slice(0, mostNamed).map((name) => [name, name]))),
  )
}

/** Names in one sentence. */
const mostNamed = 20

/**
 * How many images stand side by side in a picture that shows the classes in turn: the wished number, or one near it that
 * gives every class columns of its own. Many classes are shown in the wished number.
 */
export function columnsByClass(classes: number | null, wished: number): number {
  if (classes === null) return wished
  const columns = classes * Math.max(1, Math.round(wished / classes))
  return columns <= 2 * wished ? columns : wished
}

function largest(labels: Uint8Array | Uint16Array): number {
  let most = 0
  for (const label of labels) most = Math.max(most, label)
  return most
}
