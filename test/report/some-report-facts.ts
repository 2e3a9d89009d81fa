import { gameReports } from '../../src/gan/players/report.ts'
import type { MeansLine } from '../../src/runs/folder/log-lines.ts'
import type { ReportFacts } from '../../src/report/sections/report-facts.ts'
import type { EmbeddedPicture } from '../../src/files/picture.ts'

/** A white pixel. */
const png = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVQI12P4DwABAQEAG7buVgAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
)
export const onePixel: EmbeddedPicture = { type: 'image/png', bytes: png, width: 1, height: 1 }

/** A line of means, some scalars of which are others than usual. */
export const meansAt = (step: number, others: MeansLine['scalars'] = {}): MeansLine => ({
  step,
  epoch: Math.max(1, Math.ceil(step / 468)),
  seconds: step / 20,
  time: '2026-11-23T05:14:24.165Z',
  imagesPerSecond: 2560,
  scalars: {
    discriminatorLoss: 0.7 + 1 / step,
    generatorLoss: 0.8 + 2 / step,
    realScore: 0.75,
    fakeScore: 0.7,
    penalty: 0.02 + 1 / step,
    ...others,
  },
})

/** A run of 3,000 steps, with pictures at every 500. */
export const someFacts = (others: Partial<ReportFacts> = {}): ReportFacts => ({
  name: 'mlp-1',
  recipe: { name: 'mlp', summary: 'two multilayer perceptrons' },
  data: { name: 'mnist train', count: 60_000, shape: [28, 28, 1], fingerprint: 'a3b192cd' },
  started: '2026-11-23T23:30:00.000Z',
  step: 3000,
  epochs: 6.41,
  seconds: 150,
  options: [
    { path: ['data'], description: 'real images', value: 'mnist', usual: undefined },
    { path: ['steps'], description: 'end after so many', value: 3000, usual: 3000 },
    { path: ['learningRate'], description: 'how far an update goes', value: 0.002, usual: 0.001 },
    { path: ['minutes'], description: 'end after so many', value: undefined, usual: undefined },
    { path: ['out'], description: 'a new folder', value: '/home/somebody/secret', usual: undefined },
    { path: ['threads'], description: 'threads that compute', value: 2, usual: undefined },
    { path: ['strict'], description: 'the same bytes everywhere', value: true, usual: false },
    { path: ['game', 'latent'], description: 'numbers in one latent', value: 100, usual: 100 },
    { path: ['game', 'generator', 'units'], description: 'its units', value: [64, 128], usual: [256] },
  ],
  resumed: [],
  versions: { forger: '0.1.0', node: '26.10.0' },
  machine: { processor: 'some processor', cores: 2 },
  log: Array.from({ length: 60 }, (_, index) => meansAt(50 * (index + 1))),
  reports: gameReports([]),
  rollbacks: [],
  checking: null,
  pictures: [500, 1000, 1500, 2000, 2500, 3000].map((step) => ({ step, picture: onePixel })),
  final: onePixel,
  evaluation: null,
  neighbors: null,
  interpolations: null,
  evolution: true,
  model: { latent: [100], prior: 'normal', shape: [28, 28, 1], range: [-1, 1], classes: null },
  ...others,
})
