/** The kinds of settings that recipes are made of. A description is added last: `leak.default(0.2).describe('...')`. */
import * as z from 'zod'

/** Settings by name, each with a default. */
export type SettingsShape = Readonly<Record<string, z.ZodDefault | z.ZodPrefault>>

/** Settings that belong together. */
export function group<S extends SettingsShape>(
  shape: S,
): z.ZodPrefault<z.ZodObject<z.core.util.Writeable<S>, z.core.$strict>>
// Every member has a default: TypeScript concludes that of shapes in general, but not of one that it does not know yet.
export function group(shape: SettingsShape) {
  return z.strictObject(shape).prefault({})
}

/** How many numbers there are in a latent. */
export const latentSize = z.int().min(1).max(4096)

/** The units of layers, one behind the other. */
export const layerUnits = z.array(z.int().min(1).max(16_384)).min(1).max(8)

/** Of the layer that sees the image in its full size, or the one next to it; the others' channels follow from them. */
export const firstChannels = z.int().min(1).max(1024)

/** A part of a whole that is never all of it; the decay of an average. */
const share = z.number().min(0).lt(1)

/** How much something counts; 0 leaves it out. */
export const weight = z.number().min(0).max(1e6)

/** What a leaky rectifier leaves of numbers below 0; 0 makes it a plain one. */
export const leak = z.number().min(0).lt(1)

/** Of an inverse square root; see `inverseSquareRoot`. */
export const slowdownSteps = z.number().positive().max(1e9)

/** Adam's own settings. Its learning rate is an option of every run. */
export const adamSettings = (defaults: { readonly beta1: number; readonly beta2: number }) =>
  group({
    beta1: share.default(defaults.beta1).describe('decay of the mean of gradients; 0 keeps none'),
    beta2: share.default(defaults.beta2).describe('decay of the mean of squared gradients'),
  })

/** The generator's moving average. */
export const averageSettings = (defaults: { readonly decay: number }) =>
  group({
    decay: share
      .default(defaults.decay)
      .describe("decay of the generator's moving average, which is what is shown; 0 for none"),
  })

/** What a game calls that: null for none. */
export const averageDecayOf = ({ decay }: { readonly decay: number }): number | null => (decay === 0 ? null : decay)
