import type { Command } from '@commander-js/extra-typings'
import * as z from 'zod'
import { classNumber } from '../data/classes.ts'
import type { Classes } from '../data/classes.ts'
import type { RunSampler } from '../runs/samples/run-sampler.ts'
import { imagesOf } from '../runs/samples/sample-images.ts'
import { scatterImage } from '../runs/samples/scatter-plot.ts'
import { sizeOf } from '../tensor/shape.ts'
import { UserError } from '../tensor/errors.ts'
import { helpTables } from './text/help-tables.ts'
import { capabilitiesOf } from './terminal/terminal-capabilities.ts'
import { optionsFor, parseOptions } from './command-options.ts'
import { showImages } from './terminal/show-images.ts'

const sampleOptions = z.object({
  count: z.int().min(1).max(1_000_000).default(64).meta({ argument: 'n', description: 'how many' }),
  seed: z.int().min(0).default(0).meta({ argument: 'n', description: 'which latents' }),
  step: z.int().min(0).optional().meta({
    argument: 'n',
    description: 'take the checkpoint of that step',
    otherwise: 'the best one that was judged, else the last one',
  }),
  class: z.string().min(1).optional().meta({
    argument: 'class',
    description: 'draw that class alone: its number or its name, of a run that has learned classes',
    otherwise: 'all classes in turn',
    expected: 'the number or the name of a class',
  }),
  latents: z.string().min(1).optional().meta({
    argument: 'file',
    description: 'latents of your own, an .npy of floats [n, latent], in place of those of the seed',
    expected: 'the path of an .npy',
  }),
  truncation: z.number().gt(0).max(1).default(1).meta({
    argument: 'factor',
    description: 'multiply latents: below 1, samples are less varied and seldom odd',
  }),
  interpolate: z.int().min(2).max(1000).optional().meta({
    argument: 'steps',
    description: 'go from latent to latent in so many steps, --count ways; in a .webp, they move',
  }),
  out: z
    .string()
    .min(1)
    .optional()
    .meta({
      argument: 'path',
      description:
        'a picture (.png), an array (.npy: bytes, n x height x width x channels, or the floats of points, n x 2), or a folder ' +
        'for single files; with --interpolate a .png or an animated .webp',
      expected: 'the path of a .png, an .npy, a .webp or a folder',
    }),
  json: z.boolean().default(false).meta({ description: 'tell what was written as JSON' }),
})

/** `forger sample` */
export function addSample(program: Command): void {
  const command = program
    .command('sample')
    .summary('draw images from the generator of a run')
    .description(
      'Draws images from the generator of a run, as its best checkpoint has it (its last one, where the run was not judged on ' +
        'the way): into a file or, without --out, into the terminal. Equal seeds give equal images, and the first ones stay the same when more are drawn. The run may be ' +
        'training meanwhile.',
    )
    .argument('<run>', 'the folder of a run')
    .addHelpText(
      'after',
      helpTables({
        Examples: [
          ['forger sample runs/mlp-1', 'look at some'],
          ['forger sample runs/mlp-1 --out grid.png --seed 7', 'one picture'],
          ['forger sample runs/mlp-1 --count 10000 --out x.npy', 'for numpy.load("x.npy")'],
          ['forger sample runs/mlp-1 --count 1000 --out fakes', 'fakes/0000.png and so on'],
          ['forger sample runs/conditional-1 --class 3', 'one class, of a run with classes'],
          ['forger sample runs/mlp-1 --interpolate 24 --out walk.webp', 'from latent to latent'],
        ],
      }),
    )
    .action((path, given) => sample(path, parseOptions(sampleOptions, given)))
  for (const option of optionsFor(sampleOptions)) command.addOption(option)
}

type SampleRequest = z.infer<typeof sampleOptions>

async function sample(path: string, request: SampleRequest): Promise<void> {
  const { out, step } = request
  if (out === undefined && capabilitiesOf(process.stdout).pictures === 'none') {
    throw new UserError('Pictures cannot be shown here; say by --out where they are to be written.')
  }
  const { openSampler } = await import('../runs/samples/run-sampler-node.ts')
  const sampler = await openSampler(path, step)
  try {
    const count = await drawInto(sampler, path, request)
    const text = `${count} samples of step ${sampler.step} are in ${out}.`
    if (out !== undefined) console.log(request.json ? JSON.stringify(factsOf(sampler, path, request, count)) : text)
    else console.log(`Step ${sampler.step.toLocaleString('en')} of ${path}.`)
  } finally {
    await sampler.close()
  }
}

const factsOf = ({ step }: RunSampler, run: string, { seed, out, ...request }: SampleRequest, count: number) => ({
  run,
  step,
  count,
  seed,
  ...(request.class === undefined ? {} : { class: request.class }),
  out,
})

/** Draws what is asked for, into a file or the terminal, and gives how many samples that is. */
async function drawInto(sampler: RunSampler, path: string, request: SampleRequest): Promise<number> {
  const { game, classes, real } = sampler
  const { seed, out, truncation, interpolate } = request
  const label = request.class === undefined ? {} : { label: labelOf(request.class, classes, path) }
  if (interpolate !== undefined) {
    if (out === undefined) throw new UserError('Say by --out where the ways between latents are to be written.')
    const { writeInterpolations } = await import('../runs/samples/write-interpolations-node.ts')
    await writeInterpolations(out, sampler, { ways: request.count, steps: interpolate, seed }, label)
    return request.count * interpolate
  }
  const { readLatents } = await import('../runs/samples/read-latents-node.ts')
  const own = request.latents === undefined ? null : await readLatents(request.latents, sampler.latentShape)
  const count = own?.count ?? request.count
  const samplesAt = (some: number, first: number) =>
    sampler.sample(some, seed, { first, truncation, ...label, ...(own ? { latents: own.at(first, some) } : {}) })
  if (real !== null) {
    const points = await samplesAt(count, 0)
    if (out === undefined) await showImages(process.stdout, scatterImage(real, points))
    else await (await import('../runs/samples/write-points-node.ts')).writePoints(out, points, real)
    return count
  }
  const draw = async (some: number, first: number) => imagesOf(await samplesAt(some, first), game)
  if (out === undefined) await showImages(process.stdout, await draw(count, 0))
  else {
    const { writeSamples } = await import('../runs/samples/write-samples-node.ts')
    const inTurn = request.class === undefined && own === null ? (classes?.count ?? null) : null
    await writeSamples(out, count, sizeOf(game.generation.sample.shape), draw, inTurn)
  }
  return count
}

function labelOf(wanted: string, classes: Classes | null, path: string): number {
  if (classes === null) throw new UserError(`The run in ${path} has learned no classes; leave --class out.`)
  return classNumber(wanted, classes)
}
