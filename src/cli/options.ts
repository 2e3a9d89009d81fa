import { Option } from '@commander-js/extra-typings'
import type * as z from 'zod'
import { UserError } from '../tensor/errors.ts'

type Fields = Readonly<Record<string, z.ZodType>>

const flagOf = (key: string): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The options that a command takes for a schema whose fields carry their text as metadata. */
export function optionsFor(schema: z.ZodObject<Fields>): Option[] {
  return Object.entries(schema.shape).map(([key, field]) => {
    const { description = '', argument } = field.meta() ?? {}
    const option = new Option(argument === undefined ? flagOf(key) : `${flagOf(key)} <${argument}>`, description)
    const standard = field.safeParse(undefined)
    return standard.data === undefined || standard.data === false ? option : option.default(standard.data)
  })
}

/** The values that were given on a command line, by key, as the schema has them. Throws a UserError for the first that it refuses. */
export function parseOptions<F extends Fields>(
  schema: z.ZodObject<F>,
  given: Readonly<Record<string, unknown>>,
): z.infer<z.ZodObject<F>> {
  const known = Object.entries(schema.shape).map(([key, field]) => {
    const value = given[key]
    const parsed = candidates(value)
      .map((candidate) => field.safeParse(candidate))
      .find(({ success }) => success)
    if (parsed !== undefined) return [key, parsed.data]
    throw new UserError(`${flagOf(key)} takes ${field.meta()?.expected ?? 'something else'}, not "${String(value)}".`)
  })
  return schema.parse(Object.fromEntries(known))
}

/** What is written on a command line is text; where no text is wanted, it may be a number. */
const candidates = (value: unknown): unknown[] =>
  typeof value === 'string' && value.trim() !== '' ? [value, Number(value)] : [value]
