import { add, concat, constant, sliceAxis } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Game } from './game.ts'
import { slopesOf } from './penalties.ts'
import type { Player } from './player.ts'

/** What the discriminator thinks of a minibatch: logits of real and fake samples, and what its slopes there cost. */
export interface Verdict {
  readonly real: Tensor
  readonly fake: Tensor
  readonly penalty: Tensor
}

/** D(x) and D(G(z)) with the game's penalties: in one pass over all samples where that wastes nothing. */
export function judge(game: Game, discriminator: Player, real: Tensor, fake: Tensor): Verdict {
  const sides = canJudgeTogether(game) ? together(discriminator, real, fake) : apart(discriminator, real, fake)
  const penalty = game.penalties.map(({ on, value }) => value(sides[on].slopes())).reduce(add, constant(0))
  return { real: sides.real.logits, fake: sides.fake.logits, penalty }
}

/** Logits of a batch, and their slopes for whoever asks. */
interface Side {
  readonly logits: Tensor
  slopes(): Tensor
}

interface Sides {
  readonly real: Side
  readonly fake: Side
}

/**
 * Not where the batch is looked at as a whole (real and fake samples would be normalized together), nor where only one of
 * both halves goes on to be differentiated: for its penalty, or for the generator in a simultaneous update.
 */
function canJudgeTogether({ discriminator, penalties, update }: Game): boolean {
  const penalized = new Set(penalties.map(({ on }) => on)).size
  return !discriminator.mixesBatch && penalized !== 1 && update === 'alternating'
}

const apart = (discriminator: Player, real: Tensor, fake: Tensor): Sides => ({
  real: alone(discriminator, real),
  fake: alone(discriminator, fake),
})

function alone(discriminator: Player, samples: Tensor): Side {
  const logits = discriminator.play(samples)
  return { logits, slopes: () => slopesOf(logits, samples) }
}

function together(discriminator: Player, real: Tensor, fake: Tensor): Sides {
  const batch = real.shape[0]
  const both = alone(discriminator, concat([real, fake]))
  let slopes: Tensor | undefined
  const half = (first: number): Side => ({
    logits: sliceAxis(both.logits, 0, first, batch),
    slopes: () => sliceAxis((slopes ??= both.slopes()), 0, first, batch),
  })
  return { real: half(0), fake: half(batch) }
}
