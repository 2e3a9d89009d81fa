import * as z from 'zod'

/** A learning rate that was set when a run was resumed. */
export const rateChange = z.object({
  /** Steps done then. */
  step: z.int().min(0),
  /** How often the run had been rolled back by then: those do not halve this rate. */
  rollbacks: z.int().min(0),
  /** Of all players. */
  learningRate: z.number().positive(),
})

/** @interface */
export type RateChange = z.infer<typeof rateChange>

/**
 * The learning rates that hold where a run is resumed. The last one set before holds on, also where the run goes on from before the
 * step at which it was set.
 * @param learningRate a new one; undefined where none is set.
 */
export function ratesAt(
  before: readonly RateChange[],
  { step, rollbacks }: Pick<RateChange, 'step' | 'rollbacks'>,
  learningRate: number | undefined,
): RateChange[] {
  const reached = before.filter((rate) => rate.step <= step && rate.rollbacks <= rollbacks)
  const wanted = learningRate ?? (reached.length < before.length ? before.at(-1)?.learningRate : undefined)
  if (wanted === undefined) return reached
  return [...reached.filter((rate) => rate.step < step), { step, rollbacks, learningRate: wanted }]
}
