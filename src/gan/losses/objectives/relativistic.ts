import { add, mean, softplus, sub } from '../../../tensor/operations/index.ts'
import type { Operand, Tensor } from '../../../tensor/tensor.ts'
import type { Objective } from './objective.ts'

/** The mean of -log sigmoid(winner - loser): that one side outscores the other. */
const outscoring = (winner: Operand, loser: Operand): Tensor => mean(softplus(sub(loser, winner)))

/** Relativistic pairing (Jolicoeur-Martineau 2018; Huang et al. 2024): real and fake outscore each other, by pairs. */
export const relativisticPaired: Objective = {
  discriminator: (real, fake) => outscoring(real, fake),
  generator: (real, fake) => outscoring(fake, real),
  needsRealInGenerator: true,
}

/** That every member of one side outscores the other's mean, and is outscored by no member of it. */
const outscoringMean = (winner: Tensor, loser: Tensor): Tensor =>
  add(outscoring(winner, mean(loser)), outscoring(mean(winner), loser))

/** Relativistic average (Jolicoeur-Martineau 2018): each side is to outscore the other's mean; both halves summed. */
export const relativisticAverage: Objective = {
  discriminator: (real, fake) => outscoringMean(real, fake),
  generator: (real, fake) => outscoringMean(fake, real),
  needsRealInGenerator: true,
}
