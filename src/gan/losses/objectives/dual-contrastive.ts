import { logSumExp } from '../../../tensor/composite.ts'
import { add, broadcast, concat, constant, mean, neg, reshape, sub } from '../../../tensor/operations/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { Objective } from './objective.ts'

/** The mean over a of log(1 + sum over b of exp(b - a)): that each of `a` outscores all of `b`. */
function contrasted(a: Tensor, b: Tensor): Tensor {
  const differences = sub(reshape(b, [1, -1]), reshape(a, [-1, 1]))
  const one = broadcast(constant(0), [differences.shape[0], 1])
  return mean(logSumExp(concat([differences, one], 1), { axes: [1] }))
}

/**
 * Yu et al. 2021, "Dual contrastive loss and attention for GANs" (equations 3 and 4): one real sample is to stand out among all fakes of
 * the minibatch, and one fake among all real ones; the generator wants the opposite.
 */
export const dualContrastive: Objective = {
  discriminator: (real, fake) => add(contrasted(real, fake), contrasted(neg(fake), neg(real))),
  generator: (real, fake) => add(contrasted(fake, real), contrasted(neg(real), neg(fake))),
  needsRealInGenerator: true,
}
