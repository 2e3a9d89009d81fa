import * as z from 'zod'
import { runOptions } from './options.ts'

/** What can be changed when a run is resumed; all else decides its bytes. */
export const changeable = ['steps', 'epochs', 'minutes', 'threads', 'data'] as const

/** What options.json holds: all that is needed to have the same run again, and on what it ran. */
export const runRecord = z.object({
  started: z.iso.datetime(),
  options: z.preprocess(withoutNulls, runOptions),
  data: z.object({
    name: z.string(),
    count: z.int(),
    shape: z.tuple([z.int(), z.int(), z.int()]),
    fingerprint: z.string(),
  }),
  /** What the exported generator takes and gives: latents of this shape from this prior, images [h, w, c] in this range. */
  model: z.object({
    latent: z.array(z.int()),
    prior: z.string(),
    shape: z.tuple([z.int(), z.int(), z.int()]),
    range: z.tuple([z.number(), z.number()]),
  }),
  versions: z.object({ forger: z.string(), node: z.string(), v8: z.string() }),
  machine: z.object({ processor: z.string(), cores: z.int() }),
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
