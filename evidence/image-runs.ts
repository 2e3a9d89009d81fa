/** The runs of `npm run evidence:images`. */
import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { recipeNamed } from '../src/recipes/index.ts'
import { valueAt } from '../src/recipes/read-settings.ts'
import { settingOf, singleSettings } from '../src/recipes/setting.ts'
import { checkpointSteps } from '../src/runs/folder/checkpoint-node.ts'
import { optionsWith } from '../src/runs/options/merge-overrides.ts'
import { openRun, prepareRun } from '../src/runs/opening/open-run-node.ts'
import type { RunInput, RunOptions } from '../src/runs/options/run-options.ts'
import { planRun } from '../src/runs/options/run-plan.ts'
import { readRecord } from '../src/runs/folder/run-record-node.ts'
import { trainCommand } from '../src/report/sections/shell-commands.ts'
import type { OptionFact } from '../src/report/sections/report-facts.ts'
import { resumeRun } from '../src/training/resume-run-node.ts'
import { runFolderAt } from '../src/runs/folder/run-folder.ts'
import { trainRun } from '../src/training/train-run-node.ts'
import { UserError } from '../src/tensor/errors.ts'

/** What is trained where no run of that name is in the folder yet. */
export const plannedRuns = (photographs: string): Readonly<Record<string, RunInput>> => ({
  'dcgan-mnist': { recipe: 'dcgan', data: 'mnist', steps: 6000, game: { width: 32 } },
  'dcgan-fashion': { recipe: 'dcgan', data: 'fashion', steps: 6000, game: { width: 32 } },
  'r3gan-mnist': { recipe: 'r3gan', data: 'mnist', steps: 3000 },
  'r3gan-fashion': { recipe: 'r3gan', data: 'fashion', steps: 3000 },
  'sngan-mnist': { recipe: 'sngan', data: 'mnist', steps: 3000, game: { width: 16 } },
  'wgan-gp-mnist': { recipe: 'wgan-gp', data: 'mnist', steps: 8000, game: { width: 16 } },
  'conditional-mnist': { recipe: 'conditional', data: 'mnist', steps: 6000 },
  'r3gan-stacked': { recipe: 'r3gan', data: 'stacked-mnist', steps: 9000 },
  'dcgan-photographs': {
    recipe: 'dcgan',
    data: `images:${photographs},64`,
    batch: 64,
    steps: 4000,
    game: { width: 32, average: { decay: 0.999 } },
  },
})

/** A run in a folder, as it is told of. */
export interface FoundRun {
  readonly name: string
  readonly path: string
  readonly options: RunOptions
  /** Of its last checkpoint. */
  readonly step: number
  /** Where it is to end; null where time decides. */
  readonly steps: number | null
  /** The command that trains it. */
  readonly command: string
}

/** The run in a folder; null where there is none that has a checkpoint. */
export async function findRun(path: string): Promise<FoundRun | null> {
  const names: readonly string[] = await readdir(path).catch(() => [])
  if (!names.includes('options.json')) return null
  const folder = runFolderAt(path)
  const step = (await checkpointSteps(folder)).at(-1)
  if (step === undefined) return null
  const { options, data } = await readRecord(folder)
  const { steps } = planRun(options, data).limits
  return { name: basename(path), path, options, step, steps, command: commandOf(options) }
}

/** Trains a run, or goes on with the one in that folder, until its steps are done. */
export async function trainToEnd(path: string, planned: RunInput | null, tell: (line: string) => void): Promise<void> {
  const found = await findRun(path)
  if (found && found.step >= (found.steps ?? Infinity)) return
  if (found === null && planned === null) {
    throw new UserError(
      `No run is planned by the name of ${basename(path)}; with --judge-only, runs of any name are judged.`,
    )
  }
  const run = found ? await resumeRun(path) : await openRun({ ...planned, out: path })
  try {
    for await (const event of trainRun(run)) {
      if (event.kind === 'checkpoint') tell(`${basename(path)}: step ${event.step} of ${run.plan.limits.steps}`)
    }
  } finally {
    await run.close()
  }
}

/** Seconds that a step takes on all cores here: the least of all within that many seconds, as others use the machine too. */
export async function secondsPerStep(
  { options: { threads: _threads, ...options } }: FoundRun,
  secondsOfTrial: number,
): Promise<number> {
  const { trainer, close } = await prepareRun(options)
  try {
    // The first ones are slow.
    await trainer.train(2)
    let least = Infinity
    for (const end = performance.now() + 1000 * secondsOfTrial; performance.now() < end || least === Infinity;) {
      const begin = performance.now()
      await trainer.train(1)
      least = Math.min(least, performance.now() - begin)
    }
    return least / 1000
  } finally {
    await close()
  }
}

/** What does not change what is learned. */
const untold: readonly string[] = ['sampleEvery', 'logEvery', 'checkpointEvery', 'keep', 'threads']

/** The command that makes such a run: what it was told beside the recipe's own numbers. */
function commandOf(options: RunOptions): string {
  const recipe = recipeNamed(options.recipe)
  // Of a run whose steps are told, the others are understood.
  const known: Readonly<Record<string, unknown>> = { ...recipe.defaults, steps: undefined, stop: 'budget', holdOut: 0 }
  const told = { ...options, data: withoutFolders(options.data) }
  const facts = singleSettings(settingOf(optionsWith(recipe))).flatMap(
    ({ path, description, standard }): OptionFact[] => {
      const [name, ...inner] = path
      const value = valueAt(told, path)
      const usual = inner.length === 0 ? (known[name] ?? standard) : standard
      const isOwn = name === 'recipe' || name === 'data'
      if (untold.includes(name) || (!isOwn && JSON.stringify(value) === JSON.stringify(usual))) return []
      return [{ path: [name, ...inner], description, value, usual }]
    },
  )
  return trainCommand({ options: facts })
}

/** Where a folder of pictures lies is nobody's business: images:/home/me/photos,64 becomes images:photos,64. */
const withoutFolders = (data: string): string => {
  const [kind, place] = data.split(/:(.*)/s)
  return place === undefined ? kind : `${kind}:${basename(place)}`
}
