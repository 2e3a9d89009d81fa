import { UserError } from '../../tensor/errors.ts'
import { add, constant, reshape, sliceAxis, sum } from '../../tensor/operations/index.ts'
import { showShape } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import type { Applied } from '../../nn/layer.ts'
import { gradients } from '../../tensor/grad.ts'
import { joined, mapRecord, sliced } from '../examples/batch.ts'
import type { Batch } from '../examples/batch.ts'
import type { Condition } from '../losses/condition.ts'
import type { Penalty } from '../losses/penalties.ts'
import type { Scores } from '../losses/term.ts'
import type { StepContext } from './step-context.ts'
import type { TwoPlayerSettings } from './two-player.ts'

/** Both sides of a minibatch as the discriminator scores them, and what its penalties cost. */
export interface MinibatchScores {
  readonly real: Scores
  readonly fake: Scores
  /** f32 [] */
  readonly penalty: Tensor
}

/** A real minibatch and a fake one. */
interface Minibatch {
  readonly real: Batch
  readonly fake: Batch
}

/** D(x) and D(G(z)) with the game's penalties: in one pass over all samples where that wastes nothing. */
export function scoreMinibatch(
  settings: TwoPlayerSettings,
  context: Pick<StepContext, 'discriminator' | 'augment' | 'random'>,
  { real, fake }: Minibatch,
): MinibatchScores {
  const asTheyAre = (samples: Batch) => samples
  const shown = sidesOf(settings, context, context.augment, { real, fake }, canShowTogether(settings))
  const penalized = penalizesOriginals(settings)
    ? sidesOf(settings, context, asTheyAre, { real, fake }, penalizesBothAlone(settings))
    : shown

  const slopesAt = (on: Penalty['on']): Tensor => {
    if (typeof on === 'string') return penalized[on].inputGradients()
    const values = on(penalized.real.samples().values, penalized.fake.samples().values, context.random)
    // Fakes are made for what the real samples were given: what lies between such a pair was given it too.
    return inputGradients(scoresOf(settings, { values, given: real.given }, context).logits, values)
  }
  // One after the other, as each draws random numbers: real samples first, then fakes, then penalties in their order.
  const realScores = shown.real.scores()
  const fakeScores = shown.fake.scores()
  const costs = settings.penalties.map(({ on, value }) => value(slopesAt(on)))
  return { real: realScores, fake: fakeScores, penalty: costs.reduce(add, constant(0)) }
}

/** What the discriminator makes of samples as they are. */
export const scoresOf = (
  { condition }: TwoPlayerSettings,
  samples: Batch,
  { discriminator }: Pick<StepContext, 'discriminator'>,
): Scores => readScores(condition, discriminator.play(samples), samples.given)

/** Reads what the discriminator gave for a batch. */
export function readScores(
  condition: Condition | undefined,
  { output, heads, features = {} }: Applied,
  given: Variables,
): Scores {
  const logits = (heads ?? [output]).map((head) => logitsIn(condition, head))
  const strange = logits.find(({ shape: [, ...shape] }) => !areLogits(shape))
  if (strange !== undefined) throw new UserError(unlikeLogits(strange.shape.slice(1), 1))
  if (!condition?.classifier) return { logits, misclassified: constant(0), features }
  const named = sliceAxis(inColumns(condition, output), 1, 1, condition.classes)
  return { logits, misclassified: condition.classifier.loss(named, given.class), features }
}

/** How many numbers a discriminator ends in, for one sample or one place of a map. */
const outputsOf = (condition: Condition | undefined): number => (condition?.classifier ? 1 + condition.classes : 1)

/** Throws a UserError where a discriminator does not end in logits. */
export function requireLogits(condition: Condition | undefined, shape: Shape): void {
  const outputs = outputsOf(condition)
  const fits = outputs === 1 ? areLogits(shape) : shape.reduce((product, extent) => product * extent, 1) === outputs
  if (!fits) throw new UserError(unlikeLogits(shape, outputs))
}

/** One number, or a map with one feature. */
const areLogits = (shape: Shape): boolean => shape.length === 0 || shape[shape.length - 1] === 1

const unlikeLogits = (shape: Shape, outputs: number): string => {
  const wanted =
    outputs === 1
      ? 'one logit, or in a map of logits [height, width, 1]'
      : `${outputs} logits, its own and one for each class`
  return `The discriminator gives ${showShape(shape)} for a sample; it must end in ${wanted}.`
}

const logitsIn = (condition: Condition | undefined, output: Tensor): Tensor =>
  condition?.classifier ? sliceAxis(inColumns(condition, output), 1, 0, 1) : output

/** The logit first, then those of the classes. */
const inColumns = (condition: Condition, output: Tensor): Tensor =>
  reshape(output, [output.shape[0], outputsOf(condition)])

const penalizesOriginals = ({ penalize, augment = [] }: TwoPlayerSettings): boolean =>
  penalize === 'original' && augment.length > 0

/** How many of both sides are penalized. */
const sidesPenalized = ({ penalties }: TwoPlayerSettings): number =>
  new Set(penalties.map(({ on }) => on).filter((on) => typeof on === 'string')).size

const penalizesBothAlone = (settings: TwoPlayerSettings): boolean =>
  sidesPenalized(settings) === 2 && !settings.discriminator.mixesBatch

/**
 * Not where the batch is looked at as a whole (real and fake samples would be normalized together), nor where only one of
 * both halves goes on to be differentiated: for its penalty, or for the generator in a simultaneous update.
 */
const canShowTogether = (settings: TwoPlayerSettings): boolean =>
  !settings.discriminator.mixesBatch &&
  (penalizesOriginals(settings) || sidesPenalized(settings) !== 1) &&
  settings.update === 'alternating'

/** A minibatch as the discriminator sees it; it looks when it is first asked. */
interface Side {
  /** What it sees. */
  samples(): Batch
  /** What it makes of that. */
  scores(): Scores
  /** The gradient of every sample's logits by that sample. */
  inputGradients(): Tensor
}

function sidesOf(
  { condition }: TwoPlayerSettings,
  { discriminator }: Pick<StepContext, 'discriminator'>,
  see: (samples: Batch) => Batch,
  { real, fake }: Minibatch,
  together: boolean,
): { readonly real: Side; readonly fake: Side } {
  const alone = (batch: Batch) => {
    const samples = once(() => see(batch))
    const applied = once(() => discriminator.play(samples()))
    const scores = once(() => readScores(condition, applied(), samples().given))
    const slopes = once(() => inputGradients(scores().logits, samples().values))
    return { samples, applied, scores, inputGradients: slopes }
  }
  if (!together) return { real: alone(real), fake: alone(fake) }
  const batch = real.values.shape[0]
  const both = alone(joined(real, fake))
  const half = (first: number): Side => {
    const part = (tensor: Tensor) => sliceAxis(tensor, 0, first, batch)
    const samples = () => sliced(both.samples(), first, batch)
    return {
      samples,
      scores: once(() => readScores(condition, partOf(both.applied(), part), samples().given)),
      inputGradients: () => part(both.inputGradients()),
    }
  }
  return { real: half(0), fake: half(batch) }
}

/** Of everything that was made of a batch, the part for some of its members. */
const partOf = ({ output, buffers, features = {}, heads }: Applied, part: (tensor: Tensor) => Tensor): Applied => ({
  output: part(output),
  buffers,
  features: mapRecord(features, part),
  ...(heads ? { heads: heads.map(part) } : {}),
})

/**
 * The gradient of every sample's logits by that sample, as the gradient of their sum: they depend on their own sample alone, or,
 * after batch normalization, nearly so.
 */
const inputGradients = (logits: readonly Tensor[], samples: Tensor): Tensor =>
  gradients(logits.map((head) => sum(head)).reduce(add), [samples])[0]

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
