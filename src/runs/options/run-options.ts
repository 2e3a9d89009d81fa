import * as z from 'zod'
import { usualRule } from '../../gan/training/stop-rule.ts'
import { acceleratorNames } from '../../runtime/accelerator.ts'

const positiveWhole = z.int().min(1)
const aboveZero = z.number().positive()
const ofTheRecipe = "the recipe's"

/**
 * Everything that a run can be told: types, limits, defaults, validation, help and documentation come from this table. Keys
 * are the options of the command line in camel case; those with an `argument` take one, the others are switches.
 */
export const runOptions = z.object({
  recipe: z.string().default('mlp').meta({
    argument: 'name',
    description: 'what to train: players, objective, penalties, prior',
    expected: 'the name of a recipe or the path of your own',
    otherwise: 'mlp, or points for points',
  }),
  data: z.string().default('mnist').meta({
    argument: 'source',
    description: 'real images or points to learn from',
    expected: 'the name of a data source or the path of your own',
    otherwise: 'mnist, or toy:grid for the recipe points',
  }),
  from: z.string().min(1).optional().meta({
    argument: 'run',
    description: "start from the weights of another run's best checkpoint, or of a step's: RUN@STEP",
    expected: 'the folder of a run',
    otherwise: 'fresh weights',
  }),
  steps: positiveWhole.optional().meta({
    argument: 'n',
    description: 'end after this many steps',
  }),
  epochs: aboveZero.optional().meta({
    argument: 'n',
    description: 'end after this many passes over the data',
  }),
  minutes: aboveZero.optional().meta({
    argument: 'n',
    description: 'end after this many minutes of training',
  }),
  stop: z.enum(['auto', 'budget']).optional().meta({
    argument: 'when',
    description:
      'auto: judge the samples on the way, and end when they no longer get better; budget: go on to the limits',
    otherwise: 'auto where no limit is told',
  }),
  checkEvery: positiveWhole.default(500).meta({
    argument: 'n',
    description: 'steps between evaluations, where the run stops by itself',
  }),
  patience: positiveWhole.default(usualRule.patience).meta({
    argument: 'n',
    description:
      'stop after so many evaluations without improvement; where nothing looks wrong, after 20% of all if that is more',
  }),
  checkFeatures: z.enum(['forger-lenet', 'random-network']).optional().meta({
    argument: 'network',
    description:
      'what sees the images that are judged: a classifier for this data, once trained for minutes, or fixed random weights',
    otherwise: 'the classifier where it is there already',
  }),
  holdOut: z.int().min(0).optional().meta({
    argument: 'n',
    description: 'real samples that are held back to judge by',
    otherwise: 'none; to stop by itself without a test part, a tenth, at least 100 and at most 1000',
  }),
  batch: positiveWhole.optional().meta({
    argument: 'n',
    description: 'real images per step, and as many generated ones',
    otherwise: ofTheRecipe,
  }),
  learningRate: aboveZero.optional().meta({
    argument: 'rate',
    description: 'how far an update goes, for both players',
    otherwise: ofTheRecipe,
  }),
  seed: z.int().min(0).default(0).meta({
    argument: 'n',
    description: 'equal seeds give equal runs, bit for bit',
  }),
  out: z.string().min(1).optional().meta({
    argument: 'folder',
    description: 'a new folder for everything the run writes',
    expected: 'the path of a folder',
    otherwise: 'runs/<recipe>-<number>',
  }),
  sampleEvery: positiveWhole.default(250).meta({
    argument: 'n',
    description: 'steps between pictures of samples',
  }),
  logEvery: positiveWhole.default(50).meta({
    argument: 'n',
    description: 'steps that a line of log.jsonl sums up',
  }),
  checkpointEvery: positiveWhole.default(500).meta({
    argument: 'n',
    description: 'steps between checkpoints',
  }),
  keep: positiveWhole.default(3).meta({
    argument: 'n',
    description: 'how many checkpoints are kept',
  }),
  device: z
    .enum(['cpu', ...acceleratorNames])
    .default('cpu')
    .meta({
      argument: 'name',
      description: 'what trains: cpu, or a GPU by webgpu or cuda (doctor tells what is there)',
    }),
  threads: positiveWhole.optional().meta({
    argument: 'n',
    description: 'threads that compute',
    otherwise: 'one per core',
  }),
  strict: z.boolean().default(false).meta({
    description: 'the same bytes on every machine and in every browser, for some speed',
  }),
  game: z.record(z.string(), z.unknown()).default({}).meta({
    description: "the recipe's own settings",
  }),
})

/**
 * What a run is told: whatever is left out is decided by defaults and by its recipe.
 * @interface
 */
export type RunInput = z.input<typeof runOptions>

/**
 * Everything that a run was told, defaults filled in.
 * @interface
 */
export type RunOptions = z.infer<typeof runOptions>

/** A name as options have it, from one as the command line writes it: 'sampleEvery' for 'sample-every'. */
export const optionName = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The other way round. */
export const flagName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Of complete options those that were given, without what defaults filled in. */
export const onlyGiven = (options: RunOptions, given: object): Partial<RunOptions> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(given, name)))
