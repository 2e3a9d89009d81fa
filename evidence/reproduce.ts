/**
 * `npm run reproduce -- [--runs FOLDER] [--judge-only]`: the digits of Goodfellow et al. 2014, by the recipe `paper` and by Forger's
 * default, judged by their procedure and by today's; writes docs/results.md and its pictures. The runs are strict: the same bytes on
 * every machine. It can be stopped and started again at any time; two cores take some hours.
 */
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { holdOut } from '../src/data/hold-out.ts'
import { loadSource } from '../src/data/sources.ts'
import { imagesOfBytes, rowsOf } from '../src/metrics/statistics/image-set.ts'
import type { ImageSet } from '../src/metrics/statistics/image-set.ts'
import { parzenScore } from '../src/metrics/parzen-windows.ts'
import { openNodeDevice } from '../src/runtime/open-node.ts'
import { checkpointSteps } from '../src/runs/folder/checkpoint-node.ts'
import { evaluateRun } from '../src/report/evaluate-run-node.ts'
import type { RunInput } from '../src/runs/options/run-options.ts'
import { runFolderAt } from '../src/runs/folder/run-folder.ts'
import { sizeOf } from '../src/tensor/shape.ts'
import { UserError } from '../src/tensor/errors.ts'
import { branchRun } from './branch-run.ts'
import { findRun, secondsPerStep, trainToEnd } from './image-runs.ts'
import type { FoundRun } from './image-runs.ts'
import { drawImages, held } from './judging.ts'
import { reproduceSection } from './reproduce-section.ts'
import type { Reproduced } from './reproduce-section.ts'
import { code, writeSection } from './results-page.ts'

const { values: told } = parseArgs({
  options: {
    /** Where the runs are, or are to be. */
    runs: { type: 'string', default: 'runs/reproduce' },
    /** Judges runs as they are. */
    'judge-only': { type: 'boolean', default: false },
  },
})

/** What both have of the article: 50,000 digits to learn from, 10,000 to choose the width of the windows by. */
const digits = {
  data: 'mnist',
  holdOut: 10_000,
  strict: true,
  sampleEvery: 5000,
  checkpointEvery: 20_000,
  keep: 20,
} as const

const planned: Readonly<Record<string, RunInput>> = {
  paper: { ...digits, recipe: 'paper', steps: 300_000 },
  default: { ...digits, recipe: 'mlp', steps: 60_000 },
}

/** The first of them gone on with, at a tenth of its rate: what it was kept from by a rate that falls for millions of steps. */
const settled = { name: 'settled', from: 'paper', learningRate: 0.01, steps: 360_000 } as const
const settledText = `**${settled.name}** is **${settled.from}** gone on with at a tenth of its learning rate, by \`npm run reproduce\` alone: what the rate of 2014 comes to in 576,000 further steps.`

/** As many as in the article. */
const samples = 10_000
const seed = 0
const secondsOfTrial = 20
/** Steps between the points of a course. */
const courseStep = 20_000

try {
  await mkdir(told.runs, { recursive: true })
  if (!told['judge-only']) await trainAll()
  const real = await loadDigits()
  const ceiling = await parzenOf(real.training, real)
  await writeSection('docs/results.md', 'reproduce', reproduceSection(await judgeAll(real), ceiling))
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

async function trainAll(): Promise<void> {
  const tell = (line: string) => console.log(line)
  for (const [name, options] of Object.entries(planned)) await trainToEnd(join(told.runs, name), options, tell)
  await branchRun(join(told.runs, settled.from), join(told.runs, settled.name), settled)
  await trainToEnd(join(told.runs, settled.name), null, tell)
}

/** Real digits, in the roles that the article has for them. */
interface Digits {
  /** As many as there are samples. */
  readonly training: ImageSet
  readonly validation: ImageSet
  readonly test: ImageSet
}

async function loadDigits(): Promise<Digits> {
  const { train, test: validation } = holdOut(held(await loadSource(digits.data, 'train')), digits.holdOut)
  const { images, shape } = held(train)
  return {
    training: imagesOfBytes(images.subarray(0, samples * sizeOf(shape)), shape),
    validation: imagesOfBytes(held(validation).images, shape),
    test: imagesOfBytes(held(await loadSource(digits.data, 'test')).images, shape),
  }
}

async function judgeAll(real: Digits): Promise<Reproduced[]> {
  const reproduced: Reproduced[] = []
  for (const name of [...Object.keys(planned), settled.name]) {
    const path = join(told.runs, name)
    const run = await findRun(path)
    if (run === null) throw new UserError(`There is no run with a checkpoint in ${path}.`)
    console.log(`${name}: ${samples} samples of step ${run.step}`)
    const parzen = await parzenOf(await drawImages(run, samples, seed), real)
    const course = await courseOf(run, real)
    const evaluation = await evaluateRun(path, { step: run.step, count: samples, seed, data: digits.data })
    const { neighbors, interpolations } = runFolderAt(path)
    await copyFile(neighbors, `docs/images/reproduce-${name}-neighbors.png`)
    await copyFile(interpolations, `docs/images/reproduce-${name}-walks.png`)
    const minutes = (run.step * (await secondsPerStep(run, secondsOfTrial))) / 60
    const made = name === settled.name ? settledText : code([run.command])
    reproduced.push({ name, run, made, parzen, course, evaluation, minutes })
  }
  return reproduced
}

/** The same score of earlier checkpoints, as far as they were kept. */
async function courseOf(run: FoundRun, real: Digits): Promise<Reproduced['course']> {
  const kept = await checkpointSteps(runFolderAt(run.path))
  const course = []
  for (const step of kept.filter((one) => one % courseStep === 0 && one < run.step)) {
    course.push({ step, parzen: await parzenOf(await drawImages({ ...run, step }, samples, seed), real) })
  }
  return course
}

/** The article's procedure: windows on samples, their width by held-back digits, judged on all test digits. */
async function parzenOf(images: ImageSet, { validation, test }: Digits) {
  const device = await openNodeDevice()
  try {
    return await parzenScore(device, rowsOf(images), rowsOf(validation), rowsOf(test))
  } finally {
    await device.engine.close()
  }
}
