import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { writeNpy } from '../../data/npy.ts'
import { recipeNamed } from '../../recipes/index.ts'
import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import { writeWholeFile } from '../../files/whole-file-node.ts'
import { readJson } from '../results/comparison-folder-node.ts'
import { windowPredictor, drawnFrom } from './compare-gan-node.ts'
import { trainGan } from './train-gan-node.ts'
import type { GanTraining } from './train-gan-node.ts'
import type { FewLabels } from '../results/comparison.ts'
import type { Benchmark } from '../benchmark/benchmark.ts'
import { accuracyOf } from '../benchmark/predictions.ts'
import { firstOfEachClass } from '../benchmark/stratified-order.ts'

/** From few images a GAN learns for so much shorter, as else they would take most of the time of all. */
const shorter = 3

/** Files of labels have bytes. */
const mostClasses = 256

/**
 * How right a conditional GAN is that learned from few images of each class; sizes for which there are not enough are left open. Each is
 * trained beside the folder of the one that learned from all: what was stopped there goes on, and what is done is not done again.
 */
export async function ganFewLabels(
  benchmark: Benchmark,
  training: GanTraining,
  path: string,
  progress: EvaluationProgress,
): Promise<FewLabels[]> {
  const { pool, fewLabels, fewest } = benchmark
  const results: FewLabels[] = []
  for (const perClass of fewLabels) {
    const isThere = perClass <= fewest && pool.classes <= mostClasses
    const tell: EvaluationProgress = (stage, done, total) =>
      progress(`${perClass.toLocaleString('en')} of each class, ${stage}`, done, total)
    results.push({
      perClass,
      accuracy: isThere ? await accuracyFrom(benchmark, training, `${path}-${perClass}`, perClass, tell) : null,
    })
  }
  return results
}

/** Trains it on the first rows of each class, in a folder that is gone afterwards: a small file beside it tells what came of it. */
async function accuracyFrom(
  benchmark: Benchmark,
  { recipe, minutes, seed, threads }: GanTraining,
  folder: string,
  perClass: number,
  progress: EvaluationProgress,
): Promise<number> {
  const result = `${folder}.json`
  const known = await readJson(result, accuracyFile)
  if (known !== null) return known.accuracy
  const { pool, shape, testSets } = benchmark
  const few = firstOfEachClass(pool, perClass)
  const rows = few.rows.count
  const [images, labels] = [join(folder, 'images.npy'), join(folder, 'labels.npy')]
  const pixels = Uint8Array.from(few.rows.values, (value) => Math.round(255 * value))
  await mkdir(folder, { recursive: true })
  await writeWholeFile(images, writeNpy([rows, ...shape], pixels))
  await writeWholeFile(
    labels,
    writeNpy(
      [rows],
      Uint8Array.from({ length: rows }, (_, row) => few.labels[row]),
    ),
  )
  const path = join(folder, 'run')
  const { batch } = recipeNamed(recipe).defaults
  const data = `npy:${images},${labels}`
  await trainGan(
    path,
    { recipe, minutes: minutes / shorter, data, holdOut: 0, seed, threads, batch: Math.min(batch, rows) },
    progress,
  )
  const { samples } = await drawnFrom(path, benchmark, progress)
  const accuracy = await accuracyOf(await windowPredictor(benchmark, samples), testSets.test)
  await writeWholeFile(result, `${JSON.stringify({ accuracy })}\n`)
  await rm(folder, { recursive: true, force: true })
  return accuracy
}

const accuracyFile = z.object({ accuracy: z.number().min(0).max(1) })
