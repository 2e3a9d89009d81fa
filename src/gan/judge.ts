import { add, constant, sliceAxis } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Game } from './game.ts'
import { joined, sliced } from './labeled.ts'
import type { Labeled } from './labeled.ts'
import { logitsOf, lookOf } from './look.ts'
import type { Look } from './look.ts'
import { slopesOf } from './penalties.ts'
import type { Penalty } from './penalties.ts'
import type { Player } from './player.ts'
import type { Round } from './round.ts'

/** What the discriminator thinks of a minibatch, and what its slopes there cost. */
export interface Verdict {
  readonly real: Look
  readonly fake: Look
  /** f32 [] */
  readonly penalty: Tensor
}

/** A real minibatch and a fake one. */
interface Minibatches {
  readonly real: Labeled
  readonly fake: Labeled
}

/** D(x) and D(G(z)) with the game's penalties: in one pass over all samples where that wastes nothing. */
export function judge(
  game: Game,
  { discriminator, augment, random }: Pick<Round, 'discriminator' | 'augment' | 'random'>,
  { real, fake }: Minibatches,
): Verdict {
  const asItIs = (samples: Labeled) => samples
  const shown = sidesOf(game, discriminator, augment, { real, fake }, canShowTogether(game))
  const penalized = penalizesOriginals(game)
    ? sidesOf(game, discriminator, asItIs, { real, fake }, sidesPenalized(game) === 2 && !game.discriminator.mixesBatch)
    : shown

  const slopesAt = (on: Penalty['on']): Tensor => {
    if (typeof on === 'string') return penalized[on].slopes()
    const values = on(penalized.real.samples().values, penalized.fake.samples().values, random)
    // Fakes are made for the classes of the real samples: what lies between such a pair has their class too.
    const output = discriminator.play({ values, labels: real.labels })
    return slopesOf(logitsOf(game.condition, output.values), values)
  }
  return {
    real: lookOf(game.condition, shown.real.output()),
    fake: lookOf(game.condition, shown.fake.output()),
    penalty: game.penalties.map(({ on, value }) => value(slopesAt(on))).reduce(add, constant(0)),
  }
}

const penalizesOriginals = ({ penalize, augment = [] }: Game): boolean => penalize === 'original' && augment.length > 0

/** How many of both sides are penalized. */
const sidesPenalized = ({ penalties }: Game): number =>
  new Set(penalties.map(({ on }) => on).filter((on) => typeof on === 'string')).size

/**
 * Not where the batch is looked at as a whole (real and fake samples would be normalized together), nor where only one of
 * both halves goes on to be differentiated: for its penalty, or for the generator in a simultaneous update.
 */
const canShowTogether = (game: Game): boolean =>
  !game.discriminator.mixesBatch &&
  (penalizesOriginals(game) || sidesPenalized(game) !== 1) &&
  game.update === 'alternating'

/** A minibatch as the discriminator sees it; it looks when it is first asked. */
interface Side {
  /** What it sees. */
  samples(): Labeled
  /** What it gives for that. */
  output(): Labeled
  /** The gradient of every logit by its sample. */
  slopes(): Tensor
}

function sidesOf(
  game: Game,
  discriminator: Player,
  see: (samples: Labeled) => Labeled,
  { real, fake }: Minibatches,
  together: boolean,
): { readonly real: Side; readonly fake: Side } {
  const alone = (batch: Labeled): Side => {
    const samples = once(() => see(batch))
    const output = once(() => discriminator.play(samples()))
    const slopes = once(() => slopesOf(logitsOf(game.condition, output().values), samples().values))
    return { samples, output, slopes }
  }
  if (!together) return { real: alone(real), fake: alone(fake) }
  const batch = real.values.shape[0]
  const both = alone(joined(real, fake))
  const half = (first: number): Side => ({
    samples: () => sliced(both.samples(), first, batch),
    output: () => sliced(both.output(), first, batch),
    slopes: () => sliceAxis(both.slopes(), 0, first, batch),
  })
  return { real: half(0), fake: half(batch) }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
