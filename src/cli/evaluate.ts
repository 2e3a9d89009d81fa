import type { Command } from '@commander-js/extra-typings'
import * as z from 'zod'
import { UserError } from '../tensor/errors.ts'
import { evaluationText } from './text/evaluation-text.ts'
import { imageSetsText } from './text/image-sets-text.ts'
import { helpTables } from './text/help-tables.ts'
import { optionsFor, parseOptions } from './command-options.ts'
import { stageLine } from './terminal/stage-line.ts'

const evaluateOptions = z.object({
  step: z.int().min(0).optional().meta({
    argument: 'n',
    description: 'take the checkpoint of that step',
    otherwise: 'the best one',
  }),
  count: z.int().min(100).max(100_000).default(10_000).meta({
    argument: 'n',
    description: 'how many samples are judged, beside as many real ones',
    expected: 'a whole number from 100 to 100000',
  }),
  seed: z.int().min(0).max(0x7fff_ffff).default(0).meta({
    argument: 'n',
    description: 'which latents, and which real samples',
    expected: 'a whole number from 0 to 2147483647',
  }),
  features: z
    .string()
    .min(1)
    .optional()
    .meta({
      argument: 'file',
      description:
        'by what images are compared: an ONNX model, as Inception for the usual FID, or forger-lenet, a classifier that is trained on the ' +
        'data once, or random-network',
      otherwise: 'forger-lenet where the data is labeled, else random-network',
      expected: 'the path of an .onnx file, forger-lenet or random-network',
    }),
  range: z.enum(['unit', 'signed', 'bytes', 'imagenet', 'tensorflow']).optional().meta({
    argument: 'range',
    description:
      'the pixels that the ONNX model takes: 0 to 1, -1 to 1, 0 to 255, or as those of ImageNet or TensorFlow',
    otherwise: 'what its file says',
    expected: 'unit, signed, bytes, imagenet or tensorflow',
  }),
  featureOutput: z.string().min(1).optional().meta({
    argument: 'name',
    description: 'which value of the ONNX model the features are, by its name in the file',
    otherwise: 'its first output',
    expected: 'a name',
  }),
  data: z.string().min(1).optional().meta({
    argument: 'source',
    description: 'real samples to judge by, as --data of train takes them',
    otherwise: "the test part of the run's data, or what it held back",
    expected: 'a source of data',
  }),
  json: z.boolean().default(false).meta({ description: 'tell it as JSON' }),
})

/** `forger evaluate` */
export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .summary('measure how good the generator of a run is')
    .description(
      'Judges samples of a run beside real ones that it has not learned from: how far apart they are, how real they look and how much of ' +
        'the variety they reach, whether a classifier tells them from real ones, whether they are copies. Every number stands beside ' +
        'that of real training samples, which is what can be reached. Writes evaluation.json, pictures of nearest training ' +
        'images and of walks between latents, and the report anew. The run may be training meanwhile.',
    )
    .argument('<run>', 'the folder of a run, or real images: a folder of pictures, or data as --data takes it')
    .argument('[generated]', 'images to compare with the real ones, without a run')
    .addHelpText(
      'after',
      helpTables({
        Examples: [
          ['forger evaluate runs/mlp-1', 'everything, by the best checkpoint'],
          ['forger evaluate runs/mlp-1 --count 2000', 'sooner, and less exactly'],
          ['forger evaluate runs/dcgan-1 --features inception.onnx', 'FID as others have it'],
          ['forger evaluate runs/dcgan-2 --data images:unseen', 'by pictures of your own'],
          ['forger evaluate runs/mlp-1 --json > scores.json', 'for programs'],
          ['forger evaluate photos fakes', 'two folders of pictures'],
        ],
      }),
    )
    .action((path, generated, given) => {
      const options = parseOptions(evaluateOptions, given)
      return generated === undefined ? evaluate(path, options) : compareSets(path, generated, options)
    })
  for (const option of optionsFor(evaluateOptions)) command.addOption(option)
}

async function evaluate(path: string, { json, ...options }: z.infer<typeof evaluateOptions>): Promise<void> {
  const { evaluateRun } = await import('../report/evaluate-run-node.ts')
  const line = stageLine(process.stderr)
  try {
    const evaluation = await evaluateRun(path, options, line.show)
    line.end()
    const width = Math.min(process.stdout.columns ?? 100, 120)
    console.log(
      json ? JSON.stringify(evaluation) : `${evaluationText(evaluation, width)}\n\nPictures and report are in ${path}.`,
    )
  } finally {
    line.end()
  }
}

/** Two sets of images, without a run. */
async function compareSets(
  real: string,
  generated: string,
  { json, step, data, ...options }: z.infer<typeof evaluateOptions>,
): Promise<void> {
  const forRuns = Object.entries({ step, data }).find(([, value]) => value !== undefined)
  if (forRuns !== undefined)
    throw new UserError(`--${forRuns[0]} is for runs; leave it out to compare two sets of images.`)
  const { compareImageSets } = await import('../evaluation/compare-image-sets-node.ts')
  const line = stageLine(process.stderr)
  try {
    const comparison = await compareImageSets(real, generated, options, line.show)
    line.end()
    const width = Math.min(process.stdout.columns ?? 100, 120)
    console.log(json ? JSON.stringify(comparison) : imageSetsText(comparison, width))
  } finally {
    line.end()
  }
}
