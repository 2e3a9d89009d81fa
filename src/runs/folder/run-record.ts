import * as z from 'zod'
import { gameReports } from '../../gan/players/report.ts'
import { recipeFingerprintOf } from '../../recipes/own.ts'
import { dotted } from '../../recipes/read-settings.ts'
import { UserError } from '../../tensor/errors.ts'
import { rateChange } from '../options/learning-rates.ts'
import { runOptions } from '../options/run-options.ts'

/** What can be changed when a run is resumed: of what decides its bytes, the learning rate alone. */
export const changeable = [
  'steps',
  'epochs',
  'minutes',
  'stop',
  'patience',
  'learningRate',
  'device',
  'threads',
  'data',
] as const

const field = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('numbers'),
    shape: z.array(z.int().min(1)),
    range: z.enum(['signed', 'unit']).nullable(),
  }),
  z.object({ kind: z.literal('whole'), shape: z.array(z.int().min(1)), count: z.int().min(1) }),
])

const reportedScalar = z.object({
  tag: z.string(),
  chart: z.string(),
  title: z.string(),
  short: z.string().optional(),
  isShare: z.boolean().optional(),
})

const sampleShape = z.union([z.tuple([z.int(), z.int(), z.int()]), z.tuple([z.literal(2)])])

/** What options.json holds: all that is needed to have the same run again, and on what it ran. */
const runRecord = z.object({
  started: z.iso.datetime(),
  options: z.preprocess(withoutNulls, runOptions),
  /** A hash of the user's own file that the recipe comes from; null for a recipe of Forger's. */
  recipeFingerprint: z.string().nullable().default(null),
  data: z.object({
    name: z.string(),
    count: z.int(),
    shape: sampleShape,
    fingerprint: z.string(),
    /** Null where there are no labels. Runs of before there were classes do not tell. */
    classes: z
      .object({ count: z.int().min(1), names: z.array(z.string()).nullable() })
      .nullable()
      .default(null),
    /** What an example has beside its sample and its class. */
    fields: z.record(z.string(), field).default({}),
  }),
  /**
   * What the exported generator takes and gives: latents of this shape from this prior, images [h, w, c] in this range, or
   * points [2] without one; in a game with classes, it takes labels as well.
   */
  model: z.object({
    latent: z.array(z.int()),
    prior: z.string(),
    shape: sampleShape,
    range: z.tuple([z.number(), z.number()]).nullable(),
    /** How many classes it can be asked for; null for a game without. */
    classes: z.int().min(1).nullable().default(null),
    /** How what the game reports is shown. Runs from before there were other games report what two players do. */
    reports: z.record(z.string(), reportedScalar).default(() => ({ ...gameReports([]) })),
  }),
  versions: z.object({ forger: z.string(), node: z.string(), v8: z.string() }),
  machine: z.object({ processor: z.string(), cores: z.int() }),
  /** The learning rates that were set when the run was resumed; the last one holds. Runs from before that have none. */
  rates: z.array(rateChange).default([]),
  /** Every time that the run was gone on with. */
  resumed: z.array(
    z.object({
      time: z.iso.datetime(),
      step: z.int(),
      changed: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
})

export type RunRecord = z.infer<typeof runRecord>

/** In a file, null says that there is no limit; among options, nothing does. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
}

/** A record from the text of options.json. Throws a UserError where it says what no run can be told. */
export function parseRecord(text: string, path: string): RunRecord {
  const parsed = runRecord.safeParse(fromJson(text, path))
  if (parsed.success) return parsed.data
  throw new UserError(`${path} is not as Forger wrote it: ${firstIssue(parsed.error)}; put it back as it was.`)
}

/** Throws a UserError where the recipe of a run is a file that has changed. */
export function requireSameRecipe(path: string, { options, recipeFingerprint }: RunRecord): void {
  if (recipeFingerprintOf(options) === recipeFingerprint) return
  throw new UserError(
    `${path}: the recipe ${options.recipe} is not what it was when the run began (fingerprint ${recipeFingerprint ?? 'none'}); put its file back.`,
  )
}

function fromJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError(`${path} is no JSON; put it back as it was.`, { cause: error })
  }
}

function firstIssue({ issues }: z.ZodError): string {
  const [{ path, message }] = issues
  const fault = message.replace(/^Invalid input: /, '').replace('received undefined', 'found nothing')
  const where = path.length === 0 ? '' : `${dotted(path.map(String))}: `
  return `${where}${fault.charAt(0).toLowerCase()}${fault.slice(1).replace('received', 'found')}`
}
