import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { RunFolder } from '../runs/folder/run-folder.ts'
import { writeWholeFile } from '../files/whole-file-node.ts'
import type { Evaluation } from './evaluation.ts'
import { formerNames, metricTable } from './metric-table.ts'
import type { MetricName } from './metric-table.ts'

const isMetric = (name: unknown): name is MetricName => typeof name === 'string' && Object.hasOwn(metricTable, name)

const presentName = (name: unknown): unknown =>
  typeof name === 'string' && Object.hasOwn(formerNames, name) ? formerNames[name] : name

const share = z.number().min(0).max(1)
/** A number as files have it. */
export const measuredFile = z.object({
  value: z.number(),
  spread: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
})

const file: z.ZodType<Evaluation> = z.object({
  version: z.literal(1),
  time: z.iso.datetime(),
  step: z.int().min(0),
  seed: z.int().min(0),
  generated: z.int(),
  test: z.object({ name: z.string(), count: z.int() }),
  training: z.object({ name: z.string(), count: z.int() }),
  searched: z.int(),
  features: z.object({ name: z.string(), accuracy: share.nullable() }).nullable(),
  scores: z.array(
    z.object({
      metric: z.preprocess(presentName, z.custom<MetricName>(isMetric)),
      name: z.string(),
      generated: measuredFile,
      real: measuredFile.nullable(),
    }),
  ),
  classes: z.array(z.object({ name: z.string(), generated: share, real: share })).nullable(),
  copies: z.object({ verdict: z.enum(['copies', 'unsuspicious', 'distant']), suspicious: share }),
  notes: z.array(z.string()),
})

export const writeEvaluation = (folder: RunFolder, evaluation: Evaluation): Promise<void> =>
  writeWholeFile(folder.evaluation, `${JSON.stringify(evaluation, null, 2)}\n`)

/** The evaluation of a run; null where there is none that can be read. */
export async function readEvaluation(folder: RunFolder): Promise<Evaluation | null> {
  const text = await readFile(folder.evaluation, 'utf8').catch(() => null)
  if (text === null) return null
  try {
    return file.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
