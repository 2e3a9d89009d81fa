import { mean, neg, sub } from '../../../tensor/operations/index.ts'
import type { Objective } from './objective.ts'

/**
 * Arjovsky et al. 2017: the critic's mean over real samples less that over fakes, which nears a distance only while
 * its slopes are bounded: with `penalties.gradientPenalty` or `weightClipping`.
 */
export const wasserstein: Objective = {
  discriminator: (real, fake) => sub(mean(fake), mean(real)),
  generator: (_real, fake) => neg(mean(fake)),
  needsRealInGenerator: false,
}
