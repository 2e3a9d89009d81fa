/** The first random stream of every program that draws with a game's seed, so far apart that none runs into the next. */
export const streams = {
  /** The order of the training samples; alone in being counted by epoch, not by step. */
  shuffle: 0,
  step: 1,
  initialState: 1 << 20,
  samples: 2 << 20,
  /** What generation draws in use, beside latents. */
  generation: 4 << 20,
  /** Which examples samples are made from; counted by pass over the data. */
  sampledExamples: 5 << 20,
  /** The order in which examples that cannot all be held are read; counted by epoch too. */
  shards: 3 << 20,
} as const
