import { basename, resolve } from 'node:path'
import { murmur128 } from '../../data/murmur.ts'
import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import { readRecord } from '../../runs/folder/run-record-node.ts'
import { runFolderAt } from '../../runs/folder/run-folder.ts'
import { compareRival } from './compare-baseline-node.ts'
import type { Found } from './compare-baseline-node.ts'
import type { ComparedData } from '../benchmark/benchmark-data-node.ts'
import type { ComparisonFolder } from '../results/comparison-folder-node.ts'
import { contestants } from './baseline-models.ts'
import type { ContestantName } from './baseline-models.ts'
import type { Contest } from '../benchmark/benchmark.ts'
import { ganFewLabels } from './gan-few-labels-node.ts'
import { compareGan, requireFitting } from './compare-gan-node.ts'
import { trainGan } from './train-gan-node.ts'

/** A model that is to be compared. */
export interface Entrant {
  readonly id: string
  readonly title: string
  readonly about: string
  /** What tells whether something has changed since its part was written. */
  readonly identity: string
  compare(contest: Contest, folder: ComparisonFolder, progress: EvaluationProgress): Promise<Found>
}

/** Training images in the place of samples. */
export const realEntrant: Entrant = {
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

/** What is written of it was found by a model that was made like that. */
export const contestantIdentity = (id: ContestantName): string => contestants[id].about

/** One of the models that are always at hand; GANs learn for that many minutes. */
export function contestantEntrant(id: ContestantName, minutes: number): Entrant {
  const contestant = contestants[id]
  const { title, about } = contestant
  return {
    id,
    title,
    about,
    identity: contestantIdentity(id),
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
export async function runEntrants(runs: readonly string[], data: ComparedData): Promise<Entrant[]> {
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
