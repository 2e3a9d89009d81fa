import { imagesOfSamples } from '../../metrics/statistics/image-set.ts'
import type { ImageSet } from '../../metrics/statistics/image-set.ts'
import { byBayesRule } from '../../baselines/bayes-rule.ts'
import type { Discriminative, Generative, LabeledRows } from '../../baselines/baseline-model.ts'
import type { Device } from '../../runtime/device.ts'
import { openNodeDevice } from '../../runtime/open-node.ts'
import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import { closingOnError } from '../../runs/opening/open-run-node.ts'
import type { ComparedModel, FewLabels } from '../results/comparison.ts'
import type { BenchmarkModel } from './benchmark-models.ts'
import type { Benchmark } from '../benchmark/benchmark.ts'
import { accuracyOf, bayesPredictor, classifierPredictor, namingScores } from '../benchmark/predictions.ts'
import { firstOfEachClass } from '../benchmark/stratified-order.ts'

/** A model, what was found of it, and its samples where it draws any. */
export interface ModelFindings {
  readonly model: Omit<ComparedModel, 'id' | 'title' | 'about'>
  readonly samples: ImageSet | null
}

type Baseline = Exclude<BenchmarkModel, { readonly kind: 'gan' }>

/** Trains a model and measures all that can be measured of it. */
export async function compareBaseline(
  benchmark: Benchmark,
  baseline: Baseline,
  progress: EvaluationProgress,
): Promise<ModelFindings> {
  const { pool, quick, threads } = benchmark
  const most = baseline.mostRows?.[quick ? 'quick' : 'full'] ?? pool.rows.count
  const data = firstOf(pool, Math.min(most, pool.rows.count))
  const found = await onOwnDevice(threads, async (device) =>
    baseline.kind === 'generative'
      ? compareGenerative(benchmark, baseline.model, data, device, progress)
      : compareDiscriminative(benchmark, baseline.model, data, device, progress),
  )
  const fewLabels = await withFewLabels(benchmark, baseline, data.rows.count, progress)
  return {
    model: {
      kind: baseline.kind,
      rows: data.rows.count,
      seconds: found.seconds,
      drawing: found.drawing,
      naming: { ...found.naming, fewLabels },
      notes: [],
    },
    samples: found.samples,
  }
}

async function compareGenerative(
  { seed, evaluator, shape, testSets }: Benchmark,
  model: Generative,
  data: LabeledRows,
  device: Device,
  progress: EvaluationProgress,
) {
  progress('learning', 0, 0)
  const [fitted, seconds] = await timed(() => model.fit(data, { device, seed }))
  progress('drawing samples', 0, 0)
  const [rows, drawing] = await timed(() => fitted.sample(evaluator.count, seed))
  const samples = imagesOfSamples(rows.values, shape, 'unit')
  const scores = await evaluator.score(samples, progress)
  progress('naming classes', 0, 0)
  return {
    seconds,
    samples,
    drawing: {
      ...scores,
      millisecondsPerSample: (1000 * drawing) / evaluator.count,
      needsMarkovChain: model.needsMarkovChain,
    },
    naming: await namingScores(bayesPredictor(fitted), testSets),
  }
}

async function compareDiscriminative(
  { seed, testSets }: Benchmark,
  model: Discriminative,
  data: LabeledRows,
  device: Device,
  progress: EvaluationProgress,
) {
  progress('learning', 0, 0)
  const [fitted, seconds] = await timed(() => model.fit(data, { device, seed }))
  progress('naming classes', 0, 0)
  return {
    seconds,
    samples: null,
    drawing: null,
    naming: await namingScores(classifierPredictor(fitted), testSets),
  }
}

/** How right a model is that learned from few images of each class; sizes for which there are not enough are left open. */
async function withFewLabels(
  { pool, fewLabels, fewest, seed, threads, testSets }: Benchmark,
  baseline: Baseline,
  learned: number,
  progress: EvaluationProgress,
): Promise<FewLabels[]> {
  const model = baseline.kind === 'generative' ? byBayesRule(baseline.model) : baseline.model
  const results: FewLabels[] = []
  for (const perClass of fewLabels) {
    const rows = perClass * pool.classes
    if (perClass > fewest || rows > learned) {
      results.push({ perClass, accuracy: null })
      continue
    }
    progress(`learning from ${perClass.toLocaleString('en')} of each class`, 0, 0)
    const right = await onOwnDevice(threads, async (device) => {
      const fitted = await model.fit(firstOfEachClass(pool, perClass), { device, seed })
      return accuracyOf(classifierPredictor(fitted), testSets.test)
    })
    results.push({ perClass, accuracy: right })
  }
  return results
}

/** A device of its own for each model: what a model puts there is never given back. */
async function onOwnDevice<T>(threads: number | undefined, work: (device: Device) => Promise<T>): Promise<T> {
  const device = await openNodeDevice(threads === undefined ? {} : { threads })
  const result = await closingOnError(device.engine.close, () => work(device))
  await device.engine.close()
  return result
}

/** The first rows, without a copy. */
const firstOf = ({ rows, labels, classes }: LabeledRows, count: number): LabeledRows => ({
  rows: { values: rows.values.subarray(0, count * rows.size), count, size: rows.size },
  labels: Int32Array.from({ length: count }, (_, row) => labels[row]),
  classes,
})

/** What came of the work, and how many seconds it took. */
export async function timed<T>(work: () => Promise<T>): Promise<[result: T, seconds: number]> {
  const begin = performance.now()
  const result = await work()
  return [result, (performance.now() - begin) / 1000]
}
