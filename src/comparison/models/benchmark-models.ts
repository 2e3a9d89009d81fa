import { decisionTree } from '../../baselines/decision-tree.ts'
import { deepBeliefNet } from '../../baselines/deep-belief-net.ts'
import { linearSupportVectorMachine } from '../../baselines/linear-support-vector-machine.ts'
import { logisticRegression } from '../../baselines/logistic-regression.ts'
import type { Discriminative, Generative } from '../../baselines/baseline-model.ts'
import { gaussianNaiveBayes } from '../../baselines/naive-bayes.ts'
import { restrictedBoltzmannMachine } from '../../baselines/restricted-boltzmann-machine.ts'
import { supportVectorMachine } from '../../baselines/support-vector-machine.ts'

/** A model described for people. */
export interface ModelDescription {
  readonly title: string
  /** What it is, for somebody who has not met it: a sentence or two. */
  readonly idea: string
  /** Who thought of it, and when. */
  readonly origin: string
  /** What the paper of 2014 says of it, where it does. */
  readonly paper?: string
  /** How it was made here, as the end of a sentence. */
  readonly about: string
}

/** From how many images it learns at most, where that is not all of them. */
interface Limited {
  readonly mostRows?: { readonly full: number; readonly quick: number }
}

/** A model that can be compared. */
export type BenchmarkModel =
  | (ModelDescription & Limited & { readonly kind: 'generative'; readonly model: Generative })
  | (ModelDescription & Limited & { readonly kind: 'discriminative'; readonly model: Discriminative })
  | (ModelDescription & { readonly kind: 'gan'; readonly recipe: string })

/** The names of the models, in the order of tables. */
export const benchmarkModelNames = [
  'naive-bayes',
  'rbm',
  'dbn-2013',
  'dbn',
  'gan',
  'conditional-gan',
  'decision-tree',
  'linear-svm',
  'rbf-svm',
  'logistic-regression',
] as const

/** A name of a model. */
export type BenchmarkModelName = (typeof benchmarkModelNames)[number]

/** The models by name. */
export const benchmarkModels: Readonly<Record<BenchmarkModelName, BenchmarkModel>> = {
  'naive-bayes': {
    kind: 'generative',
    title: 'Naive Bayes',
    idea: 'Within a class, every pixel is drawn by itself from a normal distribution, as if pixels knew nothing of each other.',
    origin: 'Thomas Bayes’ rule of 1763 with an assumption that Maron tried on documents in 1961.',
    about: 'Gaussian, variances smoothed by 0.1 of the largest',
    model: gaussianNaiveBayes({ smoothing: 0.1 }),
  },
  rbm: {
    kind: 'generative',
    title: 'Restricted Boltzmann machine',
    paper:
      'Goodfellow et al. 2014 name it first among what GANs are to do without: its likelihood takes a sum that nobody can compute, and Markov chains that may be slow to mix.',
    idea: 'Pixels and hidden units switch each other on and off; what it dreams of when left alone is pulled towards the data.',
    origin: 'Smolensky 1986 (as Harmonium); Hinton 2002 made it quick to train by contrastive divergence.',
    about: '500 hidden units, persistent contrastive divergence',
    model: restrictedBoltzmannMachine(),
  },
  'dbn-2013': {
    kind: 'generative',
    title: 'Deep belief net, as in 2013',
    idea: 'Boltzmann machines on top of each other; each learns what the hidden units of the one below do.',
    paper:
      'In the table of Goodfellow et al. 2014 a deep belief net has a Parzen log-likelihood of 138 on MNIST; the passes and chains of this one were chosen with that number in view.',
    origin:
      'Hinton, Osindero and Teh 2006, learning by single steps of Gibbs sampling. A machine that never dreamed far from its data knows nothing of what lies there, so its chains begin at training images.',
    about:
      '500 and 1000 hidden units, single steps of contrastive divergence, 500 steps from a training image to a sample',
    // Not the net of that table, whose settings are not known here, but the nearest of a handful that were tried: 10,000 samples of digits have
    // 164 nats after three passes and 500 steps, 174 after 300 steps, 234 after 100; 179 after two passes and 300 steps, 191 after one or five
    // and 200, and 261 after ten and 100.
    model: deepBeliefNet({
      layers: [
        { hidden: 500, epochs: 3, learningRate: 0.1, persistent: false },
        { hidden: 1000, epochs: 3, persistent: false },
      ],
      chain: { burnIn: 500, between: null, fromData: true },
    }),
  },
  dbn: {
    kind: 'generative',
    title: 'Deep belief net',
    idea: 'The same, but the dreams of the upper machine go on from step to step instead of beginning at the data.',
    origin: 'Hinton, Osindero and Teh 2006, with Tieleman’s persistent chains of 2008.',
    about: '500 and 1000 hidden units, the upper ones with persistent chains',
    model: deepBeliefNet(),
  },
  gan: {
    kind: 'gan',
    title: 'GAN',
    idea: 'A generator turns random numbers into images, and learns from a discriminator that tries to tell them from real ones.',
    paper: 'No Markov chain, and no likelihood either: Goodfellow et al. 2014 measured 225 by Parzen windows.',
    origin: 'Goodfellow et al. 2014.',
    about: 'recipe mlp, with the objective of Huang et al. 2024',
    recipe: 'mlp',
  },
  'conditional-gan': {
    kind: 'gan',
    title: 'Conditional GAN',
    idea: 'The same game, but both players are told the class, so that one can ask for a seven.',
    origin: 'Mirza and Osindero 2014.',
    about: 'recipe conditional',
    recipe: 'conditional',
  },
  'decision-tree': {
    kind: 'discriminative',
    title: 'Decision tree',
    idea: 'A chain of questions about single pixels, each the one that sorts the classes best.',
    origin: 'Breiman, Friedman, Olshen and Stone 1984.',
    about: 'grown until leaves are pure, 0.1 imagined images of each class in every leaf',
    model: decisionTree({ imagined: 0.1 }),
  },
  'linear-svm': {
    kind: 'discriminative',
    title: 'Support vector machine, linear',
    idea: 'For each class the flat border that leaves the widest margin to the nearest images on either side.',
    origin: 'Cortes and Vapnik 1995.',
    about: 'one against the rest, C = 0.01',
    model: linearSupportVectorMachine({ trust: 0.01, passes: 20 }),
  },
  'rbf-svm': {
    kind: 'discriminative',
    title: 'Support vector machine, radial',
    idea: 'The same in a space where images are near that look alike, so that borders may bend.',
    origin: 'Boser, Guyon and Vapnik 1992; Cortes and Vapnik 1995.',
    about: 'radial kernel, C = 5',
    mostRows: { full: 10_000, quick: 3000 },
    model: supportVectorMachine({ trust: 5 }),
  },
  'logistic-regression': {
    kind: 'discriminative',
    title: 'Logistic regression',
    idea: 'A weighted sum of the pixels for each class, turned into probabilities.',
    origin: 'Cox 1958; for more than two classes Theil 1969.',
    about: 'C = 1',
    model: logisticRegression(),
  },
}

export const isBenchmarkModel = (name: string): name is BenchmarkModelName => Object.hasOwn(benchmarkModels, name)
