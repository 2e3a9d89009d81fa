import { availableParallelism, cpus } from 'node:os'
import { openNodeDevice } from '../runtime/open-node.ts'
import type { Device } from '../runtime/device.ts'
import { chooseSamples } from '../evaluation/choose-samples.ts'
import type { EvaluationProgress } from '../features/evaluation-progress.ts'
import { closingOnError } from '../runs/opening/open-run-node.ts'
import { forgerVersion } from '../files/package-version-node.ts'
import { writeWholeFile } from '../files/whole-file-node.ts'
import { loadBenchmarkData } from './benchmark/benchmark-data-node.ts'
import type { ComparedModel, Comparison } from './results/comparison.ts'
import { openComparisonFolder, writeComparison } from './results/comparison-folder-node.ts'
import type { ComparisonFolder } from './results/comparison-folder-node.ts'
import { benchmarkModelNames, benchmarkModels, isBenchmarkModel } from './models/benchmark-models.ts'
import type { BenchmarkModelName } from './models/benchmark-models.ts'
import { benchmarkOf, rowsToLearn } from './benchmark/benchmark-node.ts'
import type { Benchmark } from './benchmark/benchmark.ts'
import { modelJob, modelIdentity, realImagesJob, runJobs } from './models/benchmark-jobs-node.ts'
import type { BenchmarkJob } from './models/benchmark-jobs-node.ts'
import { openEvaluator } from './benchmark/evaluator-node.ts'
import { modelPictures } from './page/model-pictures-node.ts'
import { comparisonPage } from './page/comparison-page.ts'

/** How models are compared. */
export interface CompareOptions {
  /** Labeled images, as `loadSource` takes them; default mnist. */
  readonly data?: string
  /** Folders of runs whose GANs are set beside the others; default: none. */
  readonly runs?: readonly string[]
  /** Which models; default all, but without the two GANs where there are runs. */
  readonly models?: readonly BenchmarkModelName[] | undefined
  /** How many images models learn from at most; default all, where they are to be compared quickly 10,000. */
  readonly rows?: number | undefined
  /** How many samples of each model are judged; default 10,000, quickly 2,500. */
  readonly count?: number | undefined
  /** How long each GAN learns, in minutes; default 3, quickly 1. */
  readonly ganMinutes?: number | undefined
  /** Images of something else, as `loadSource` takes them; default Fashion-MNIST, beside that digits. */
  readonly outliers?: string | undefined
  /** A new folder, or that of a comparison to go on with; default runs/compare-<number>. */
  readonly out?: string | undefined
  /** A whole number in [0, 2^31), default 0. */
  readonly seed?: number
  /** Threads that compute; default one per core. */
  readonly threads?: number | undefined
  /** Fewer images to learn from, fewer samples, shorter trainings. */
  readonly quick?: boolean
}

/** A comparison, and where it is. */
export interface Compared {
  /** What was found. */
  readonly comparison: Comparison
  /** The folder of its page, tables and samples. */
  readonly folder: string
}

/** Told where everything goes, before the first model learns. */
export type Begun = (folder: string) => void

const pace = {
  full: { rows: Infinity, count: 10_000, ganMinutes: 3 },
  quick: { rows: 10_000, count: 2500, ganMinutes: 1 },
} as const

/**
 * Sets models beside each other: each learns from the same images, draws samples that are judged alike, and names test images. Writes a
 * page, comparison.json, and the numbers and samples of each model as soon as it is done; what is done is not done again. Throws a
 * UserError where models cannot be compared on such data, a run does not fit, or the folder holds anything else.
 */
export async function compareModels(
  options: CompareOptions = {},
  progress: EvaluationProgress = () => {},
  begun: Begun = () => {},
): Promise<Compared> {
  const { data: name = 'mnist', runs = [], out, seed = 0, threads, quick = false } = options
  const usual = pace[quick ? 'quick' : 'full']
  const { rows = usual.rows, count = usual.count, ganMinutes = usual.ganMinutes } = options
  const data = await loadBenchmarkData(name, options.outliers, (done, total) =>
    progress('preparing images', done, total),
  )
  const jobs = [
    ...(options.models ?? usualModels(runs)).map((model) => modelJob(model, ganMinutes)),
    ...(await runJobs(runs, data)),
  ]
  const chosen = chooseSamples(
    { training: data.training, heldOut: data.test, test: data.test, data: name },
    { count, seed },
  )
  const learned = rowsToLearn(data, chosen, rows)
  const device = await openNodeDevice(threads === undefined ? {} : { threads })
  const found = await closingOnError(device.engine.close, async () => {
    const folder = await openComparisonFolder(out, {
      data: name,
      images: data.training.fingerprint(),
      outliers: data.outliers?.name ?? null,
      rows: Number.isFinite(rows) ? rows : null,
      count,
      seed,
      quick,
      ganMinutes,
    })
    const comparison = await closingOnError(folder.close, async () => {
      begun(folder.path)
      const evaluator = await openEvaluator(device, chosen, seed, progress)
      const benchmark = await benchmarkOf(data, evaluator, {
        learned,
        validation: chosen.rows.validation,
        seed,
        quick,
        threads,
      })
      return compareAll(benchmark, jobs, folder, device, progress)
    })
    await folder.close()
    return { comparison, folder: folder.path }
  })
  await device.engine.close()
  return found
}

/** With runs of their own, nobody waits for other GANs. */
const usualModels = (runs: readonly string[]): BenchmarkModelName[] =>
  benchmarkModelNames.filter((name) => runs.length === 0 || benchmarkModels[name].kind !== 'gan')

/** One model after the other; the page tells of all that are done, also of those that were asked for before. */
async function compareAll(
  benchmark: Benchmark,
  asked: readonly BenchmarkJob[],
  folder: ComparisonFolder,
  device: Device,
  progress: EvaluationProgress,
): Promise<Comparison> {
  const jobs = [realImagesJob, ...asked]
  const done = await modelsIn(folder, jobs)
  const names = new Set([...done.keys(), ...jobs.map(({ id }) => id)])
  for (const [index, job] of jobs.entries()) {
    if (done.has(job.id)) continue
    if (done.size > 0) await publish()
    const tell: EvaluationProgress = (stage, count, total) =>
      progress(`${index + 1} of ${jobs.length}, ${job.title}: ${stage}`, count, total)
    done.set(job.id, await measure(job, benchmark, folder, tell))
  }
  return publish()

  async function publish(): Promise<Comparison> {
    const models = [...done.values()].toSorted((a, b) => placeOf(a.id) - placeOf(b.id))
    const comparison = comparisonOf(benchmark, models, names.size, device)
    await writeComparison(folder, comparison)
    const pictures = await modelPictures(folder, models)
    await writeWholeFile(folder.page, comparisonPage({ comparison, pictures, version: forgerVersion() }))
    return comparison
  }
}

/** What is known of models that have not changed since, by their names. */
async function modelsIn(folder: ComparisonFolder, jobs: readonly BenchmarkJob[]): Promise<Map<string, ComparedModel>> {
  const identities = new Map(jobs.map(({ id, identity }) => [id, identity]))
  const identityNow = (id: string) => identities.get(id) ?? (isBenchmarkModel(id) ? modelIdentity(id) : null)
  const parts = [...(await folder.readParts())]
  return new Map(
    parts.flatMap(([id, { identity, model }]) => ((identityNow(id) ?? identity) === identity ? [[id, model]] : [])),
  )
}

/** Of a model in tables: real images first, runs last. */
const placeOf = (id: string): number =>
  id === realImagesJob.id ? -1 : isBenchmarkModel(id) ? benchmarkModelNames.indexOf(id) : benchmarkModelNames.length

async function measure(
  job: BenchmarkJob,
  benchmark: Benchmark,
  folder: ComparisonFolder,
  progress: EvaluationProgress,
): Promise<ComparedModel> {
  const { id, title, about, identity } = job
  const { model, samples } = await job.compare(benchmark, folder, progress)
  const part: ComparedModel = { id, title, about, ...model }
  await folder.writePart(identity, part, samples)
  return part
}

const comparisonOf = (
  { data, evaluator, seed, quick, testSets }: Benchmark,
  models: readonly ComparedModel[],
  asked: number,
  { engine }: Device,
): Comparison => ({
  version: 1,
  time: new Date().toISOString(),
  data: data.name,
  training: { name: data.training.name, count: data.training.count },
  test: { name: data.test.name, count: data.test.count },
  classes: data.classes.count,
  count: evaluator.count,
  seed,
  quick,
  features: evaluator.features,
  outliers: data.outliers && { name: data.outliers.name, count: testSets.outliers?.count ?? 0 },
  models: [...models],
  asked,
  machine: { processor: cpus()[0]?.model ?? 'unknown', threads: engine.threads ?? availableParallelism() },
  notes: [...data.notes, ...evaluator.notes, ...unequal(models)],
})

/** Whoever reads a table takes it that all learned from the same images. */
function unequal(models: readonly ComparedModel[]): string[] {
  const most = (isGan: boolean) =>
    Math.max(0, ...models.map(({ kind, rows }) => (rows !== null && (kind === 'gan') === isGan ? rows : 0)))
  const [gans, others] = [most(true), most(false)]
  if (gans === 0 || others === 0 || gans === others) return []
  return [
    `GANs learned from ${gans.toLocaleString('en')} images, the other models from ${others.toLocaleString('en')} at most.`,
  ]
}
