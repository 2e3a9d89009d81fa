import { basename, resolve } from 'node:path'
import { murmur128 } from '../../data/murmur.ts'
import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import { readRecord } from '../../runs/folder/run-record-node.ts'
import { runFolderAt } from '../../runs/folder/run-folder.ts'
import { compareBaseline } from './compare-baseline-node.ts'
import type { ModelFindings } from './compare-baseline-node.ts'
import type { BenchmarkData } from '../benchmark/benchmark-data-node.ts'
import type { ComparisonFolder } from '../results/comparison-folder-node.ts'
import { benchmarkModels } from './benchmark-models.ts'
import type { BenchmarkModelName } from './benchmark-models.ts'
import type { Benchmark } from '../benchmark/benchmark.ts'
import { ganFewLabels } from './gan-few-labels-node.ts'
import { compareGan, requireFitting } from './compare-gan-node.ts'
import { trainGan } from './train-gan-node.ts'

/** A model to compare, and how that is done. */
export interface BenchmarkJob {
  readonly id: string
  readonly title: string
  readonly about: string
  /** Differs where the part of the model has to be made again. */
  readonly identity: string
  compare(benchmark: Benchmark, folder: ComparisonFolder, progress: EvaluationProgress): Promise<ModelFindings>
}

/** Training images instead of samples: the best achievable scores. */
export const realImagesJob: BenchmarkJob = {
  id: 'real',
  title: 'Real images',
  about: 'as many training images in the place of samples: what can be reached',
  identity: 'real',
  async compare({ evaluator }, _folder, progress) {
    const scores = await evaluator.score(evaluator.reference, progress)
    return {
      model: {
        kind: 'real',
        rows: null,
        seconds: null,
        drawing: { ...scores, millisecondsPerSample: null, needsMarkovChain: false },
        naming: null,
        notes: [],
      },
      samples: evaluator.reference,
    }
  },
}

/** The part of a model is kept as long as it is made like that. */
export const modelIdentity = (id: BenchmarkModelName): string => benchmarkModels[id].about

/** Trains and compares one of the benchmark's models; GANs are trained for that many minutes. */
export function modelJob(id: BenchmarkModelName, minutes: number): BenchmarkJob {
  const chosen = benchmarkModels[id]
  const { title, about } = chosen
  return {
    id,
    title,
    about,
    identity: modelIdentity(id),
    async compare(benchmark, folder, progress) {
      if (chosen.kind !== 'gan') return compareBaseline(benchmark, chosen, progress)
      const { data, seed, threads } = benchmark
      const path = folder.ganAt(id)
      const training = { recipe: chosen.recipe, minutes, data: data.name, holdOut: data.heldBack, seed, threads }
      await trainGan(path, training, progress)
      const { model, samples } = await compareGan(path, benchmark, progress)
      if (model.naming === null) return { model, samples }
      const fewLabels = await ganFewLabels(benchmark, training, path, progress)
      return { model: { ...model, naming: { ...model.naming, fewLabels } }, samples }
    },
  }
}

/** Compares GANs that were trained before. Throws a UserError where a run does not fit. */
export async function runJobs(runs: readonly string[], data: BenchmarkData): Promise<BenchmarkJob[]> {
  const jobs: BenchmarkJob[] = []
  for (const run of new Set(runs)) {
    const step = await requireFitting(run, data)
    const { options } = await readRecord(runFolderAt(run))
    const where = resolve(run)
    const id = `run-${murmur128(new TextEncoder().encode(where)).slice(0, 8)}`
    jobs.push({
      id,
      title: `GAN ${basename(where)}`,
      about: `recipe ${basename(options.recipe)}, ${step.toLocaleString('en')} steps`,
      identity: `${where} ${step}`,
      compare: (benchmark, _folder, progress) => compareGan(run, benchmark, progress),
    })
  }
  return jobs
}
