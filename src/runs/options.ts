import * as z from 'zod'

/** What people are told about an option, beside its type and default. */
interface OptionText {
  /** What it does, for help. */
  readonly description: string
  /** What stands for its value in help; none where the option is a switch. */
  readonly argument?: string
  /** What values it takes, as in '--steps takes ...'. */
  readonly expected: string
}

declare module 'zod' {
  interface GlobalMeta extends Partial<Omit<OptionText, 'description'>> {}
}

const option = <T extends z.ZodType>(schema: T, text: OptionText): T => schema.meta({ ...text })

const positiveWhole = z.int().min(1)

/**
 * Everything that a run can be told: types, defaults, validation and help come from this table. Keys are the options of
 * the command line in camel case.
 */
export const runOptions = z.object({
  recipe: option(z.string().default('mlp'), {
    argument: 'name',
    description: 'what to train: players, objective, penalties, prior',
    expected: 'the name of a recipe',
  }),
  data: option(z.string().default('mnist'), {
    argument: 'source',
    description: 'real images to learn from',
    expected: 'the name of a data source',
  }),
  steps: option(positiveWhole.optional(), {
    argument: 'n',
    description: 'end after this many steps; schedules stretch over them',
    expected: 'a whole number from 1 on',
  }),
  epochs: option(z.number().positive().optional(), {
    argument: 'n',
    description: 'end after this many passes over the data',
    expected: 'a number above 0',
  }),
  minutes: option(z.number().positive().optional(), {
    argument: 'n',
    description: 'end after this many minutes of training',
    expected: 'a number above 0',
  }),
  batch: option(positiveWhole.optional(), {
    argument: 'n',
    description: 'real images per step, and as many generated ones',
    expected: 'a whole number from 1 on',
  }),
  learningRate: option(z.number().positive().optional(), {
    argument: 'rate',
    description: 'how far an update goes, for both players',
    expected: 'a number above 0',
  }),
  seed: option(z.int().min(0).default(0), {
    argument: 'n',
    description: 'equal seeds give equal runs, bit for bit',
    expected: `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
  }),
  out: option(z.string().min(1).optional(), {
    argument: 'folder',
    description: 'a new folder for everything the run writes (default: runs/<recipe>-<number>)',
    expected: 'the path of a folder',
  }),
  sampleEvery: option(positiveWhole.default(250), {
    argument: 'n',
    description: 'steps between pictures of samples',
    expected: 'a whole number from 1 on',
  }),
  logEvery: option(positiveWhole.default(50), {
    argument: 'n',
    description: 'steps that a line of log.jsonl sums up',
    expected: 'a whole number from 1 on',
  }),
  threads: option(positiveWhole.optional(), {
    argument: 'n',
    description: 'threads that compute (default: one per core)',
    expected: 'a whole number from 1 on',
  }),
  strict: option(z.boolean().default(false), {
    description: 'the same bytes on every machine and in every browser, for some speed',
    expected: 'nothing after it',
  }),
})

export type RunOptions = z.infer<typeof runOptions>
