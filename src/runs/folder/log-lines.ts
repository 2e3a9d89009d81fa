import * as z from 'zod'
import type { Check } from '../../gan/training/stop-rule.ts'

const means = z.object({
  /** Steps done at the end of what this line sums up. */
  step: z.int().min(0),
  /** The pass over the data that the step belonged to, from 1 on. */
  epoch: z.int().min(1),
  /** Seconds of training up to here, over all sittings. */
  seconds: z.number(),
  /** When it was written, ISO 8601. */
  time: z.iso.datetime(),
  /** Real images read in a second. */
  imagesPerSecond: z.number(),
})

/** A line of means as the file has it: what the game reports stands beside the rest. */
const meansInFile = means.loose().transform((line): MeansLine => {
  const own = Object.entries(line).filter(([name]) => !Object.hasOwn(means.shape, name))
  const scalars = own.filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  return { ...means.parse(line), scalars: Object.fromEntries(scalars) }
})

const rollback = z.object({
  /** The step whose result was no number any more. */
  step: z.int().min(1),
  /** When it was written, ISO 8601. */
  time: z.iso.datetime(),
  /** What broke, and the likely cause: one sentence. */
  rollback: z.string(),
  /** The step from which training went on. */
  backTo: z.int().min(0),
  /** The learning rate with which it went on. */
  learningRate: z.number().positive(),
})

const share = z.number().min(0).max(1)

const check = z.object({
  /** Steps done. */
  step: z.int().min(0),
  /** When it was written, ISO 8601. */
  time: z.iso.datetime(),
  /** What judges saw of the generator; see Check. */
  check: z.object({
    /** JSON has null for what is no number. */
    distance: z
      .number()
      .nullable()
      .transform((distance) => distance ?? NaN),
    /** How often real and generated samples were told apart. */
    toldApart: z.object({
      /** The share that was named rightly. */
      accuracy: share,
      /** The lower end of its interval. */
      low: share,
      /** The upper end. */
      high: share,
    }),
    /** The share of all kinds of samples that are generated. */
    covered: share,
    /** How often the game itself takes a real sample for more real than a generated one; null where it has no opinion. */
    ranked: share.nullable(),
    /** Means of each loss since the check before, by its name. */
    losses: z.record(z.string(), z.number()).nullable(),
  }),
})

/**
 * The means of what some steps reported: what most lines of log.jsonl are.
 * @interface
 */
export type MeansLine = z.infer<typeof means> & {
  /** What the game reports, by name. */
  readonly scalars: Readonly<Record<string, number>>
}

/**
 * Training broke down, and went back to a checkpoint.
 * @interface
 */
export type RollbackLine = z.infer<typeof rollback>

/**
 * The generator was judged.
 * @interface
 */
export type CheckLine = z.infer<typeof check>

/** A line of log.jsonl. */
export type LogLine = MeansLine | RollbackLine | CheckLine

export const isRollback = (line: LogLine): line is RollbackLine => 'rollback' in line

export const isCheck = (line: LogLine): line is CheckLine => 'check' in line

export const isMeans = (line: LogLine): line is MeansLine => !isRollback(line) && !isCheck(line)

/** A line as log.jsonl has it. */
export function lineInFile(line: LogLine): object {
  if (!isMeans(line)) return line
  const { scalars, ...rest } = line
  return { ...rest, ...scalars }
}

/** The checks that a log tells of. */
export const checksOf = (lines: readonly LogLine[]): Check[] =>
  lines.filter(isCheck).map(({ step, check: seen }) => ({ step, ...seen }))

const logLine = z.union([rollback, check, meansInFile])

/** How much of a log to read: means and checks up to this step, and as many rollbacks. */
export interface LogExtent {
  readonly step: number
  readonly rollbacks: number
}

/**
 * The lines of a log, without those that another hand spoiled and without a last one that was not finished when its writer
 * was killed.
 */
export function parseLog(text: string, extent: LogExtent = { step: Infinity, rollbacks: Infinity }): LogLine[] {
  let rollbacks = 0
  return text.split('\n').flatMap((written) => {
    const { data: line } = logLine.safeParse(withPresentName(fromJson(written)))
    if (line === undefined) return []
    const isWanted = isRollback(line) ? ++rollbacks <= extent.rollbacks : line.step <= extent.step
    return isWanted ? [line] : []
  })
}

/** Logs of earlier versions call a rollback a setback. */
function withPresentName(line: unknown): unknown {
  if (typeof line !== 'object' || line === null || !('setback' in line) || typeof line.setback !== 'string') return line
  const { setback, ...rest } = line
  return { ...rest, rollback: setback }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
