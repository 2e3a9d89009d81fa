import type { Command } from '@commander-js/extra-typings'
import * as z from 'zod'
import { imagesOf } from '../runs/samples.ts'
import { sizeOf } from '../tensor/shape.ts'
import { UserError } from '../tensor/errors.ts'
import { helpTables } from './help-tables.ts'
import { lookOf } from './look.ts'
import { optionsFor, parseOptions } from './options.ts'
import { showImages } from './show-images.ts'

const sampleOptions = z.object({
  count: z.int().min(1).max(1_000_000).default(64).meta({ argument: 'n', description: 'how many' }),
  seed: z.int().min(0).default(0).meta({ argument: 'n', description: 'which latents' }),
  step: z.int().min(0).optional().meta({
    argument: 'n',
    description: 'take the checkpoint of that step',
    otherwise: 'the last one',
  }),
  out: z.string().min(1).optional().meta({
    argument: 'path',
    description:
      'a picture (.png), an array of bytes (.npy: n x height x width x channels), or a folder for single files',
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
      'Draws images from the generator of a run, as its last checkpoint has it: into a file or, without --out, into the ' +
        'terminal. Equal seeds give equal images, and the first ones stay the same when more are drawn. The run may be ' +
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
        ],
      }),
    )
    .action((path, given) => sample(path, parseOptions(sampleOptions, given)))
  for (const option of optionsFor(sampleOptions)) command.addOption(option)
}

async function sample(path: string, { count, seed, step, out, json }: z.infer<typeof sampleOptions>): Promise<void> {
  if (out === undefined && lookOf(process.stdout).pictures === 'none') {
    throw new UserError('Pictures cannot be shown here; say by --out where they are to be written.')
  }
  const { openSampler } = await import('../runs/sample-run-node.ts')
  const { game, step: taken, sample: drawn, close } = await openSampler(path, step)
  try {
    const draw = async (some: number, first: number) => imagesOf(await drawn(some, seed, first), game)
    if (out === undefined) return await showImages(process.stdout, await draw(count, 0))
    const { writeSamples } = await import('../runs/write-samples-node.ts')
    await writeSamples(out, count, sizeOf(game.dataShape), draw)
    const facts = { run: path, step: taken, count, seed, out }
    console.log(json ? JSON.stringify(facts) : `${count} samples of step ${taken} are in ${out}.`)
  } finally {
    await close()
  }
}
