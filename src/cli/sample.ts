import type { Command } from '@commander-js/extra-typings'
import * as z from 'zod'
import { classNumber } from '../data/classes.ts'
import type { Classes } from '../data/classes.ts'
import type { GridImages } from '../runs/samples/image-grid.ts'
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
  out: z
    .string()
    .min(1)
    .optional()
    .meta({
      argument: 'path',
      description:
        'a picture (.png), an array (.npy: bytes, n x height x width x channels, or the floats of points, n x 2), or a folder ' +
        'for single files',
      expected: 'the path of a .png, an .npy or a folder',
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
          ['forger sample runs/conditional-1 --class 3', 'one class of a run that has learned some'],
        ],
      }),
    )
    .action((path, given) => sample(path, parseOptions(sampleOptions, given)))
  for (const option of optionsFor(sampleOptions)) command.addOption(option)
}

async function sample(path: string, options: z.infer<typeof sampleOptions>): Promise<void> {
  const { count, seed, step, out, json } = options
  if (out === undefined && capabilitiesOf(process.stdout).pictures === 'none') {
    throw new UserError('Pictures cannot be shown here; say by --out where they are to be written.')
  }
  const { openSampler } = await import('../runs/samples/run-sampler-node.ts')
  const { game, step: taken, classes, sample: drawn, real, close } = await openSampler(path, step)
  const reportWritten = () => {
    const facts = {
      run: path,
      step: taken,
      count,
      seed,
      ...(options.class === undefined ? {} : { class: options.class }),
      out,
    }
    console.log(json ? JSON.stringify(facts) : `${count} samples of step ${taken} are in ${out}.`)
  }
  const show = async (images: GridImages) => {
    await showImages(process.stdout, images)
    console.log(`Step ${taken.toLocaleString('en')} of ${path}.`)
  }
  try {
    const wanted = options.class === undefined ? {} : { label: labelOf(options.class, classes, path) }
    if (real !== null) {
      const points = await drawn(count, seed, wanted)
      if (out === undefined) return await show(scatterImage(real, points))
      const { writePoints } = await import('../runs/samples/write-points-node.ts')
      await writePoints(out, points, real)
      return reportWritten()
    }
    const draw = async (some: number, first: number) => imagesOf(await drawn(some, seed, { first, ...wanted }), game)
    if (out === undefined) return await show(await draw(count, 0))
    const { writeSamples } = await import('../runs/samples/write-samples-node.ts')
    const inTurn = options.class === undefined ? (classes?.count ?? null) : null
    await writeSamples(out, count, sizeOf(game.generation.sample.shape), draw, inTurn)
    reportWritten()
  } finally {
    await close()
  }
}

function labelOf(wanted: string, classes: Classes | null, path: string): number {
  if (classes === null) throw new UserError(`The run in ${path} has learned no classes; leave --class out.`)
  return classNumber(wanted, classes)
}
