import { abs, and, cast, lessEqual, mean, sigmoid } from '../tensor/operations/index.ts'
import { withPath } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Report } from './game.ts'
import type { Verdict } from './judge.ts'

export const reportOf = ({ real, fake, penalty }: Verdict, discriminatorLoss: Tensor, generatorLoss: Tensor): Report =>
  withPath('report', () => ({
    discriminatorLoss,
    generatorLoss,
    realScore: mean(sigmoid(real.logits)),
    fakeScore: mean(sigmoid(fake.logits)),
    penalty,
    finite: cast(and(isFiniteNumber(discriminatorLoss), isFiniteNumber(generatorLoss)), 'f32'),
  }))

const largestFloat32 = (2 - 2 ** -23) * 2 ** 127

/** Not for infinities, and not for NaN, with which every comparison fails. */
const isFiniteNumber = (x: Tensor): Tensor => lessEqual(abs(x), largestFloat32)
