import { square } from '../../../tensor/composite.ts'
import { UserError } from '../../../tensor/errors.ts'
import { abs, add, div, mean, stopGradient, sub } from '../../../tensor/operations/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { Variables } from '../../../tensor/tree.ts'
import type { Term } from '../term.ts'

/** How features are compared. */
export interface FeatureMatching {
  /**
   * 'pairs': each fake with its own example, mean absolute distance (Wang et al. 2018, pix2pixHD). 'means': the mean features of
   * both minibatches, squared distance (Salimans et al. 2016, section 3.1). Default 'pairs'.
   */
  readonly compare?: 'pairs' | 'means'
}

/**
 * The discriminator's features of fakes are to be like those of real samples. Features are what its layers show by `tap`; each
 * counts alike.
 */
export const featureMatching = (weight: number, { compare = 'pairs' }: FeatureMatching = {}): Term => ({
  name: 'featureMatching',
  weight,
  loss: ({ realScores, fakeScores }) => betweenFeatures(realScores().features, fakeScores().features, compare),
})

/**
 * The features that a fixed network makes of fakes are to be like those of their examples (Johnson et al. 2016).
 * @param features of samples [batch, ...], by name; see `frozenFeatures` for a network from an ONNX file.
 */
export const perceptual = (weight: number, features: (samples: Tensor) => Variables): Term => ({
  name: 'perceptual',
  weight,
  loss: ({ real, fake }) => betweenFeatures(features(real.values), features(fake.values), 'pairs'),
})

function betweenFeatures(real: Variables, fake: Variables, compare: 'pairs' | 'means'): Tensor {
  const names = Object.keys(real)
  if (names.length === 0)
    throw new UserError('There are no features to compare; let the network show some by tap(name).')
  const distances = names.map((name) => {
    const target = stopGradient(real[name])
    if (compare === 'pairs') return mean(abs(sub(target, fake[name])))
    return mean(square(sub(mean(target, { axes: [0] }), mean(fake[name], { axes: [0] }))))
  })
  return div(distances.reduce(add), names.length)
}
