/** What the driver and its peers say to each other, one JSON object a line (README.md). */

import * as z from 'zod'

/** A peer's first line, once one step is through. */
export const Ready = z.object({
  ready: z.literal(true),
  version: z.string(),
  /** Milliseconds that making the stand-in training set took, which no user would wait for. */
  dataMs: z.number(),
  /** How many parameters each player has: generator, discriminator. Not told by all. */
  parameters: z.tuple([z.int(), z.int()]).optional(),
})
export type Ready = z.infer<typeof Ready>

/** A peer's answer to `{"steps": n}`. */
export const Report = z.object({
  ms: z.number().positive(),
  steps: z.int(),
  /** Most memory resident so far, in MB, of the peer's own process. */
  rssMb: z.number().positive().optional(),
  /** The last step's losses: discriminator's, generator's. */
  losses: z.tuple([z.number(), z.number()]),
})
export type Report = z.infer<typeof Report>

/** What the driver asks. */
export type Request = { readonly steps: number } | { readonly exit: true }

/** Trains some steps; resolves, once all work is done, to the last step's losses, discriminator's and generator's. */
export type Train = (steps: number) => Promise<[discriminator: number, generator: number]>
