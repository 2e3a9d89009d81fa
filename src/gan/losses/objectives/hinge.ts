import { add, mean, neg, relu, sub } from '../../../tensor/operations/index.ts'
import type { Objective } from './objective.ts'

/** Lim and Ye 2017, Miyato et al. 2018: what is beyond a margin of 1 on its own side costs nothing. */
export const hinge: Objective = {
  discriminator: (real, fake) => add(mean(relu(sub(1, real))), mean(relu(add(fake, 1)))),
  generator: (_real, fake) => neg(mean(fake)),
  needsRealInGenerator: false,
}
