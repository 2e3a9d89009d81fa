import { availableParallelism, cpus } from 'node:os'
import { basename, resolve } from 'node:path'
import { murmur128 } from '../../data/murmur.ts'
import { rowsOf } from '../../metrics/image-set.ts'
import type { LabeledRows } from '../../rivals/model.ts'
import { openNodeDevice } from '../../runtime/open-node.ts'
import type { Device } from '../../runtime/device.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { UserError } from '../../tensor/errors.ts'
import { choose, mostNumbers } from '../evaluation/choose.ts'
import type { Chosen } from '../evaluation/judged.ts'
import type { EvaluationProgress } from '../evaluation/progress.ts'
import { imagesAt } from '../evaluation/real-images.ts'
import { closingOnError } from '../open-run-node.ts'
import { readRecord } from '../record-node.ts'
import { runFolderAt } from '../run-folder.ts'
import { forgerVersion } from '../version-node.ts'
import { writeWholeFile } from '../whole-file-node.ts'
import { compareRival } from './compare-rival-node.ts'
import type { Found } from './compare-rival-node.ts'
import { loadCompared } from './compared-data-node.ts'
import type { ComparedData } from './compared-data-node.ts'
import type { ComparedModel, Comparison } from './comparison.ts'
import { openComparisonFolder, writeComparison } from './comparison-folder-node.ts'
import type { ComparisonFolder } from './comparison-folder-node.ts'
import { contestantNames, contestants } from './contestants.ts'
import type { ContestantName } from './contestants.ts'
import type { Contest } from './contest.ts'
import { ganFewLabels } from './gan-few-labels-node.ts'
import { compareGan, requireFitting } from './gan-node.ts'
import { trainGan } from './gan-training-node.ts'
import { labelsAt, openJudge, someRows } from './judge-node.ts'
import type { Judge } from './judge-node.ts'
import { pictured } from './pictured-node.ts'
import { comparisonPage } from './page.ts'
import { inTurns } from './turns.ts'

/** How models are compared. */
export interface CompareOptions {
  /** Labeled images, as `loadSource` takes them; default mnist. */
  readonly data?: string
  /** Folders of runs whose GANs are set beside the others; default: none. */
  readonly runs?: readonly string[]
  /** Which models; default all, but without the two GANs where there are runs. */
  readonly models?: readonly ContestantName[] | undefined
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

/** Images of each class from which models learn as well. */
const sizesPerClass = [10, 100, 1000] as const

/** Images that models name or find strange, at most. */
const mostAsked = 10_000

/** A model that is to be compared. */
interface Entrant {
  readonly id: string
  readonly title: string
  readonly about: string
  /** What tells whether something has changed since its part was written. */
  readonly identity: string
  compare(contest: Contest, folder: ComparisonFolder, progress: EvaluationProgress): Promise<Found>
}

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
  const data = await loadCompared(name, options.outliers, (done, total) => progress('preparing images', done, total))
  const entrants = [
    ...(options.models ?? usualModels(runs)).map((model) => contestantEntrant(model, ganMinutes)),
    ...(await runEntrants(runs, data)),
  ]
  const chosen = choose({ training: data.training, heldOut: data.test, test: data.test, data: name }, { count, seed })
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
      const judge = await openJudge(device, chosen, seed, progress)
      const contest = await contestOf(data, judge, {
        learned,
        validation: chosen.rows.validation,
        seed,
        quick,
        threads,
      })
      return compareAll(contest, entrants, folder, device, progress)
    })
    await folder.close()
    return { comparison, folder: folder.path }
  })
  await device.engine.close()
  return found
}

/** How many images models learn from at most. Throws a UserError where they are too few. */
function rowsToLearn({ training, classes }: ComparedData, { rows: { validation } }: Chosen, rows: number): number {
  const most = Math.min(rows, training.count - validation.length, Math.floor(mostNumbers / sizeOf(training.shape)))
  const least = 10 * classes.count
  if (most >= least) return most
  throw new UserError(`Models cannot learn ${classes.count} classes from ${most} images; give ${least} at least.`)
}

/** With runs of their own, nobody waits for other GANs. */
const usualModels = (runs: readonly string[]): ContestantName[] =>
  contestantNames.filter((name) => runs.length === 0 || contestants[name].kind !== 'gan')

function contestantEntrant(id: ContestantName, minutes: number): Entrant {
  const contestant = contestants[id]
  const { title, about } = contestant
  return {
    id,
    title,
    about,
    identity: about,
    async compare(contest, folder, progress) {
      if (contestant.kind !== 'gan') return compareRival(contest, contestant, progress)
      const { data, seed, threads } = contest
      const path = folder.ganAt(id)
      const training = { recipe: contestant.recipe, minutes, data: data.name, holdOut: data.heldBack, seed, threads }
      await trainGan(path, training, progress)
      const { model, samples } = await compareGan(path, contest, progress)
      if (model.naming === null) return { model, samples }
      const fewLabels = await ganFewLabels(contest, training, path, progress)
      return { model: { ...model, naming: { ...model.naming, fewLabels } }, samples }
    },
  }
}

/** Runs that are there. Throws a UserError where one does not fit. */
async function runEntrants(runs: readonly string[], data: ComparedData): Promise<Entrant[]> {
  const entrants: Entrant[] = []
  for (const run of new Set(runs)) {
    const step = await requireFitting(run, data)
    const { options } = await readRecord(runFolderAt(run))
    const where = resolve(run)
    const id = `run-${murmur128(new TextEncoder().encode(where)).slice(0, 8)}`
    entrants.push({
      id,
      title: `GAN ${basename(where)}`,
      about: `recipe ${basename(options.recipe)}, ${step.toLocaleString('en')} steps`,
      identity: `${where} ${step}`,
      compare: (contest, _folder, progress) => compareGan(run, contest, progress),
    })
  }
  return entrants
}

async function contestOf(
  data: ComparedData,
  judge: Judge,
  {
    learned,
    validation,
    ...told
  }: { learned: number; validation: Int32Array; seed: number; quick: boolean; threads: number | undefined },
): Promise<Contest> {
  const { training, test, outliers, classes } = data
  const { seed } = told
  const learnable = withoutRows(training.count, validation)
  const order = inTurns(labelsAt(training, learnable), classes.count, seed).map((place) => learnable[place])
  const pool = await labeledAt(data, order.subarray(0, learned))
  const asked = someRows(test, mostAsked, seed)
  const counts = Array.from({ length: classes.count }, () => 0)
  for (let row = 0; row < learned; row++) counts[pool.labels[row]]++
  return {
    data,
    judge,
    shape: training.shape,
    pool,
    fewest: Math.min(...counts),
    questions: {
      test: { rows: rowsOf(await imagesAt(test, asked)), labels: labelsAt(test, asked), classes: classes.count },
      outliers: outliers && rowsOf(await imagesAt(outliers, someRows(outliers, asked.length, seed))),
    },
    fewLabels: sizesPerClass,
    ...told,
  }
}

async function labeledAt({ training, classes }: ComparedData, rows: Int32Array): Promise<LabeledRows> {
  return { rows: rowsOf(await imagesAt(training, rows)), labels: labelsAt(training, rows), classes: classes.count }
}

/** All rows but some. */
function withoutRows(count: number, some: Int32Array): Int32Array {
  const left = new Set(some)
  return Int32Array.from({ length: count }, (_, row) => row).filter((row) => !left.has(row))
}

/** One model after the other; the page tells of all that are done. */
async function compareAll(
  contest: Contest,
  entrants: readonly Entrant[],
  folder: ComparisonFolder,
  device: Device,
  progress: EvaluationProgress,
): Promise<Comparison> {
  const models: ComparedModel[] = []
  const all = [realEntrant, ...entrants]
  let comparison = comparisonOf(contest, models, all.length, device)
  for (const [index, entrant] of all.entries()) {
    const tell: EvaluationProgress = (stage, done, total) =>
      progress(`${index + 1} of ${all.length}, ${entrant.title}: ${stage}`, done, total)
    const known = await folder.readPart(entrant.id, entrant.identity)
    models.push(known ?? (await measure(entrant, contest, folder, tell)))
    comparison = comparisonOf(contest, models, all.length, device)
    await writeComparison(folder, comparison)
    const pictures = await pictured(folder, models)
    await writeWholeFile(folder.page, comparisonPage({ comparison, pictures, version: forgerVersion() }))
  }
  return comparison
}

async function measure(
  entrant: Entrant,
  contest: Contest,
  folder: ComparisonFolder,
  progress: EvaluationProgress,
): Promise<ComparedModel> {
  const { id, title, about, identity } = entrant
  const { model, samples } = await entrant.compare(contest, folder, progress)
  const part: ComparedModel = { id, title, about, ...model }
  await folder.writePart(identity, part, samples)
  return part
}

/** Training images in the place of samples. */
const realEntrant: Entrant = {
  id: 'real',
  title: 'Real images',
  about: 'as many training images in the place of samples: what can be reached',
  identity: 'real',
  async compare({ judge }, _folder, progress) {
    const scores = await judge.score(judge.reference, progress)
    return {
      model: {
        kind: 'real',
        rows: null,
        seconds: null,
        drawing: { ...scores, millisecondsPerSample: null, needsMarkovChain: false },
        naming: null,
        notes: [],
      },
      samples: judge.reference,
    }
  },
}

const comparisonOf = (
  { data, judge, seed, quick, questions }: Contest,
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
  count: judge.count,
  seed,
  quick,
  features: judge.features,
  outliers: data.outliers && { name: data.outliers.name, count: questions.outliers?.count ?? 0 },
  models: [...models],
  asked,
  machine: { processor: cpus()[0]?.model ?? 'unknown', threads: engine.threads ?? availableParallelism() },
  notes: [...data.notes, ...judge.notes, ...unequal(models)],
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
