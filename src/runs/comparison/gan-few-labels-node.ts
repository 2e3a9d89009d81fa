import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeNpy } from '../../data/npy.ts'
import { recipeNamed } from '../../recipes/index.ts'
import type { EvaluationProgress } from '../evaluation/progress.ts'
import { writeWholeFile } from '../whole-file-node.ts'
import { byWindows, drawnFrom } from './gan-node.ts'
import { trainGan } from './gan-training-node.ts'
import type { GanTraining } from './gan-training-node.ts'
import type { FewLabels } from './comparison.ts'
import type { Contest } from './contest.ts'
import { accuracyOf } from './opinion.ts'

/** From few images a GAN learns for so much shorter, as else they would take most of the time of all. */
const shorter = 3

/** Files of labels have bytes. */
const mostClasses = 256

/**
 * How right a conditional GAN is that learned from few images of each class; sizes for which there are not enough are left open. Each is
 * trained beside the folder of the one that learned from all: what was stopped there goes on, and what is done is taken away.
 */
export async function ganFewLabels(
  contest: Contest,
  training: GanTraining,
  path: string,
  progress: EvaluationProgress,
): Promise<FewLabels[]> {
  const { pool, fewLabels, fewest } = contest
  const results: FewLabels[] = []
  for (const perClass of fewLabels) {
    const isThere = perClass <= fewest && pool.classes <= mostClasses
    const tell: EvaluationProgress = (stage, done, total) =>
      progress(`${perClass.toLocaleString('en')} of each class, ${stage}`, done, total)
    results.push({
      perClass,
      accuracy: isThere
        ? await accuracyFrom(contest, training, `${path}-${perClass}`, perClass * pool.classes, tell)
        : null,
    })
  }
  return results
}

/** Trains it on the first rows, in a folder that is gone afterwards. */
async function accuracyFrom(
  contest: Contest,
  { recipe, minutes, seed, threads }: GanTraining,
  folder: string,
  rows: number,
  progress: EvaluationProgress,
): Promise<number> {
  const { pool, shape, questions } = contest
  const [images, labels] = [join(folder, 'images.npy'), join(folder, 'labels.npy')]
  const pixels = Uint8Array.from(pool.rows.values.subarray(0, rows * pool.rows.size), (value) =>
    Math.round(255 * value),
  )
  await mkdir(folder, { recursive: true })
  await writeWholeFile(images, writeNpy([rows, ...shape], pixels))
  await writeWholeFile(
    labels,
    writeNpy(
      [rows],
      Uint8Array.from({ length: rows }, (_, row) => pool.labels[row]),
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
  const { samples } = await drawnFrom(path, contest, progress)
  const accuracy = await accuracyOf(await byWindows(contest, samples), questions.test)
  await rm(folder, { recursive: true, force: true })
  return accuracy
}
