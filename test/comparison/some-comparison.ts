import type { ComparedModel, Comparison } from '../../src/comparison/results/comparison.ts'

const measured = (value: number) => ({ value, spread: null, interval: null })

const drawing = (parzen: number, fid: number, accuracy: number): NonNullable<ComparedModel['drawing']> => ({
  parzen: { value: parzen, spread: 1.94, interval: null },
  fid: measured(fid),
  twoSampleAccuracy: { value: accuracy, spread: null, interval: [accuracy - 0.01, accuracy + 0.01] },
  millisecondsPerSample: 0.25,
  needsMarkovChain: false,
})

const naming = (accuracy: number, few: number | null, evidence: number | null): ComparedModel['naming'] => ({
  accuracy: measured(accuracy),
  calibrationError: 1 - accuracy,
  fewLabels: [
    { perClass: 10, accuracy: few },
    { perClass: 1000, accuracy: null },
  ],
  outliers: { confidence: 0.75, evidence },
})

/** Three models beside real images. */
export const someComparison = (others: Partial<Comparison> = {}): Comparison => ({
  version: 1,
  time: '2026-11-23T12:00:00.000Z',
  data: 'mnist',
  training: { name: 'mnist train', count: 60_000 },
  test: { name: 'mnist test', count: 10_000 },
  classes: 10,
  count: 2500,
  seed: 0,
  quick: true,
  features: { name: 'forger-lenet', accuracy: 0.9941 },
  outliers: { name: 'fashion test', count: 10_000 },
  models: [
    {
      id: 'real',
      kind: 'real',
      title: 'Real images',
      about: 'as many',
      rows: null,
      seconds: null,
      drawing: { ...drawing(240, 0.4, 0.5), millisecondsPerSample: null },
      naming: null,
      notes: [],
    },
    {
      id: 'rbm',
      kind: 'generative',
      title: 'Restricted Boltzmann machine',
      about: '500 hidden units',
      rows: 10_000,
      seconds: 132,
      drawing: { ...drawing(140, 23, 0.99), needsMarkovChain: true },
      naming: naming(0.9, 0.8, 0.999),
      notes: [],
    },
    {
      id: 'run-0123abcd',
      kind: 'gan',
      title: 'GAN mlp-1',
      about: 'recipe mlp, 4,500 steps',
      rows: 60_000,
      seconds: 60,
      drawing: drawing(260, 3.25, 0.9),
      naming: null,
      notes: ['A note of the run.'],
    },
    {
      id: 'logistic-regression',
      kind: 'discriminative',
      title: 'Logistic regression',
      about: 'C = 1',
      rows: 10_000,
      seconds: 4.25,
      drawing: null,
      naming: naming(0.91, 0.7, null),
      notes: [],
    },
  ],
  asked: 4,
  machine: { processor: 'A processor', threads: 2 },
  notes: ['A note of the whole.'],
  ...others,
})
