import { square } from '../../../tensor/composite.ts'
import { add, mean, mul, sub } from '../../../tensor/operations/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import { targeting } from './objective.ts'

const halfSquare = (x: Tensor): Tensor => mul(mean(square(x)), 0.5)

/** Mao et al. 2017: outputs are to be 1 for real samples and 0 for fakes; the generator wants 1. Half the squares. */
export const leastSquares = targeting(
  { generator: (_real, fake) => halfSquare(sub(fake, 1)), needsRealInGenerator: false },
  (target) => (real, fake) => add(halfSquare(sub(real, target)), halfSquare(fake)),
)
