import { permute } from '../../tensor/threefry.ts'
import { streams, wordsOf } from '../random-streams.ts'

/**
 * Which of `folds` parts each row is in, for cross-validation: the rows of a class are dealt out in a shuffled order, so that
 * each part has its share of each class.
 */
export function dealFolds(labels: Int32Array, classes: number, folds: number, seed: number): Uint8Array {
  const fold = new Uint8Array(labels.length)
  const dealt = new Uint32Array(classes)
  for (let place = 0; place < labels.length; place++) {
    const row = permute(wordsOf(seed), streams.folds, 0, labels.length, place)
    fold[row] = dealt[labels[row]]++ % folds
  }
  return fold
}
