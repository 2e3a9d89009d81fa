import { UserError } from '../../../tensor/errors.ts'
import { concat, sliceAxis } from '../../../tensor/operations/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import { mapRecord } from '../../examples/batch.ts'
import { lossOver } from '../objectives/objective.ts'
import type { Objective } from '../objectives/objective.ts'
import type { Term } from '../term.ts'

/**
 * For the discriminator: a real sample beside what another one was given is no match (Reed et al. 2016, "Generative adversarial
 * text to image synthesis"). Each sample is shown with what its neighbor in the minibatch was given.
 */
export const mismatched = (weight: number, objective: Objective): Term => ({
  name: 'mismatched',
  weight,
  loss({ real, realScores, discriminate }) {
    const [count] = real.values.shape
    if (Object.keys(real.given).length === 0)
      throw new UserError('The term mismatched compares samples with what they are given; the game gives nothing.')
    const turned = (tensor: Tensor) => concat([sliceAxis(tensor, 0, 1, count - 1), sliceAxis(tensor, 0, 0, 1)])
    const others = discriminate({ values: real.values, given: mapRecord(real.given, turned) })
    return lossOver(objective.discriminator, realScores().logits, others.logits)
  },
})
