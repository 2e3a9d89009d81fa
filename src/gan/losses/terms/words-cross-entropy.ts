import { logSoftmax, oneHot } from '../../../tensor/composite.ts'
import { mean, mul, neg, sum } from '../../../tensor/operations/index.ts'
import type { Term } from '../term.ts'

/**
 * Cross-entropy over words: the generator gives logits [batch, length, vocabulary], and the example has the words, i32 [batch,
 * length]. The mean over all words.
 */
export const wordsCrossEntropy = (weight: number, field = 'words'): Term => ({
  name: 'wordsCrossEntropy',
  weight,
  loss({ fake, example }) {
    const vocabulary = fake.values.shape[fake.values.shape.length - 1]
    const chosen = mul(logSoftmax(fake.values), oneHot(example[field], vocabulary))
    return neg(mean(sum(chosen, { axes: [fake.values.shape.length - 1] })))
  },
})
