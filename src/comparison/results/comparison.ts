import type { Features, Measured, SampleSet } from '../../evaluation/evaluation.ts'

/** How good the samples of a model are. */
export interface DrawingScores {
  /** Log-likelihood of test images under Parzen windows, in nats, with its standard error. */
  readonly parzen: Measured
  /** Fréchet distance to the test images, in the features that the comparison names. */
  readonly fid: Measured
  /** The accuracy of a classifier that tells samples from test images, with an interval of 95%; 0.5 is ideal. */
  readonly twoSampleAccuracy: Measured
  /** Of wall time; null for real images. */
  readonly millisecondsPerSample: number | null
  /** Whether samples come from a Markov chain, so that they are only nearly the model's own. */
  readonly needsMarkovChain: boolean
}

/** The accuracy of a model that learned from so many images of each class. */
export interface FewLabels {
  /** How many images of each class. */
  readonly perClass: number
  /** Null where it was not measured. */
  readonly accuracy: number | null
}

/** How good a model is at telling classes apart. */
export interface NamingScores {
  /** The share of test images that it names rightly, with an interval of 95 %. */
  readonly accuracy: Measured
  /** How far its confidence is from how often it is right: the expected calibration error, 0 to 1. */
  readonly calibrationError: number
  /** From fewer images of each class, the fewest first. */
  readonly fewLabels: readonly FewLabels[]
  /** How often it puts a test image above an image of something else: areas under the curve, 0.5 is guessing. */
  readonly outliers: {
    /** By how sure it is of the likeliest class; null where there are no images of something else. */
    readonly confidence: number | null
    /** By how likely the image is; null for models that do not know. */
    readonly evidence: number | null
  }
}

/** Which model it is: a name of `benchmarkModels`, 'real' for training images, 'run' for a run that was there before. */
export type Kind = 'real' | 'generative' | 'discriminative' | 'gan'

/** A model, and what was found of it. */
export interface ComparedModel {
  /** What its files are called. */
  readonly id: string
  /** What can be asked of it. */
  readonly kind: Kind
  /** What tables call it. */
  readonly title: string
  /** How it was made, as the end of a sentence: 'smoothing 0.1'. */
  readonly about: string
  /** How many images it learned from; null for real images. */
  readonly rows: number | null
  /** How long it learned; null for real images. */
  readonly seconds: number | null
  /** Null for models that draw nothing. */
  readonly drawing: DrawingScores | null
  /** Null for models that know no classes. */
  readonly naming: NamingScores | null
  /** What whoever reads its numbers should know: whole sentences. */
  readonly notes: readonly string[]
}

/** Models beside each other; the contents of comparison.json. */
export interface Comparison {
  /** Which form of the file this is. */
  readonly version: 1
  /** ISO 8601. */
  readonly time: string
  /** What was asked for. */
  readonly data: string
  /** What models learned from, GANs apart all of it or less. */
  readonly training: SampleSet
  /** What they were judged by. */
  readonly test: SampleSet
  /** How many classes the images have. */
  readonly classes: number
  /** How many samples of each model were judged. */
  readonly count: number
  /** What decides which images, which samples, and how models begin. */
  readonly seed: number
  /** Whether it was to be done soon. */
  readonly quick: boolean
  /** By what images were compared. */
  readonly features: Features
  /** Images of something else; null where there were none. */
  readonly outliers: SampleSet | null
  /** Real images first; those that are done. */
  readonly models: readonly ComparedModel[]
  /** How many were asked for. */
  readonly asked: number
  /** Where it was done. */
  readonly machine: {
    /** The name that the processor gives itself. */
    readonly processor: string
    /** How many threads computed. */
    readonly threads: number
  }
  /** Whole sentences. */
  readonly notes: readonly string[]
}
