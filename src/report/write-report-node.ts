import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Recipe } from '../recipes/index.ts'
import { valueAt } from '../recipes/read-settings.ts'
import { settingOf, singleSettings } from '../recipes/setting.ts'
import { bestStep } from '../runs/folder/best-step-node.ts'
import { embedPicture } from '../files/embed-picture-node.ts'
import { evenly } from '../runs/samples/evenly-spaced.ts'
import { readEvaluation } from '../evaluation/evaluation-file-node.ts'
import { writeEvolution } from '../runs/samples/evolution-animation-node.ts'
import { distanceName, checkOutcome } from '../runs/opening/check-outcome.ts'
import { checksOf, isMeans, isRollback } from '../runs/folder/log-lines.ts'
import type { LogLine } from '../runs/folder/log-lines.ts'
import { optionsWith } from '../runs/options/merge-overrides.ts'
import type { RunOptions } from '../runs/options/run-options.ts'
import { planRun } from '../runs/options/run-plan.ts'
import type { RunRecord } from '../runs/folder/run-record.ts'
import { readRecord } from '../runs/folder/run-record-node.ts'
import type { OptionFact, ReportFacts } from './sections/report-facts.ts'
import { reportPage } from './report-page.ts'
import { mostPictures } from './sections/pictures-section.ts'
import { readLog } from '../runs/folder/rewind-node.ts'
import { runFolderAt } from '../runs/folder/run-folder.ts'
import type { RunFolder } from '../runs/folder/run-folder.ts'
import { sampleFiles } from '../runs/folder/sample-files-node.ts'
import { writeWholeFile } from '../files/whole-file-node.ts'

const limits = {
  step: { side: 1000, bytes: 150e3 },
  final: { side: 1920, bytes: 1e6 },
} as const

/**
 * Writes evolution.webp and report.html of the run in a folder, from what its files say alone. Throws a UserError where the
 * folder holds no run.
 */
export async function writeReport(folder: string): Promise<void> {
  const record = await readRecord(runFolderAt(folder))
  const evolution = await writeEvolution(folder)
  const facts = await factsOf(folder, record, evolution)
  await writeWholeFile(runFolderAt(folder).report, reportPage(facts))
}

async function factsOf(folder: string, record: RunRecord, evolution: boolean): Promise<ReportFacts> {
  const files = runFolderAt(folder)
  const plan = planRun(record.options, record.data)
  const lines = await readLog(files)
  const log = lines.filter(isMeans)
  const evaluation = await readEvaluation(files)
  const { step, seconds } = log.at(-1) ?? { step: 0, seconds: 0 }
  return {
    name: basename(resolve(folder)),
    recipe: plan.recipe,
    data: record.data,
    started: record.started,
    step,
    epochs: step / plan.stepsPerEpoch,
    seconds,
    options: optionFacts(record.options, plan.recipe),
    resumed: record.resumed,
    versions: record.versions,
    machine: record.machine,
    log,
    reports: record.model.reports,
    rollbacks: lines.filter(isRollback),
    checking: await checkingOf(files, record, lines),
    pictures: await picturesOf(folder),
    final: await embedPicture(files.finalSamples, limits.final),
    evaluation,
    neighbors: evaluation && (await embedPicture(files.neighbors, limits.final)),
    interpolations: evaluation && (await embedPicture(files.interpolations, limits.final)),
    evolution,
    model: existsSync(files.model) ? record.model : null,
  }
}

async function checkingOf(
  files: RunFolder,
  { options }: RunRecord,
  lines: readonly LogLine[],
): Promise<ReportFacts['checking']> {
  const checks = checksOf(lines)
  if (checks.length === 0) return null
  const { judgement, isEnough } = checkOutcome(checks, options)
  const hasStopped = isEnough && options.stop === 'auto'
  return { checks, judgement, hasStopped, distance: distanceName(options), kept: await bestStep(files) }
}

/** Not more than the page shows. */
async function picturesOf(folder: string): Promise<ReportFacts['pictures']> {
  const pictures: { step: number; picture: NonNullable<ReportFacts['final']> }[] = []
  for (const { step, path } of evenly(await sampleFiles(folder), mostPictures)) {
    const picture = await embedPicture(path, limits.step)
    if (picture !== null) pictures.push({ step, picture })
  }
  return pictures
}

/**
 * All options, with what they would be if nothing had been told. What to train on what, everybody says for themselves; how
 * many threads there are, the machine does.
 */
function optionFacts(options: RunOptions, recipe: Recipe): OptionFact[] {
  const ofTheRecipe: Readonly<Record<string, unknown>> = { ...recipe.defaults }
  return singleSettings(settingOf(optionsWith(recipe))).map(({ path: [name, ...inner], description, standard }) => {
    const path = [name, ...inner] as const
    const usual = inner.length === 0 ? (ofTheRecipe[name] ?? standard) : standard
    const isOwn = name === 'recipe' || name === 'data'
    return { path, description, value: valueAt(options, path), usual: isOwn ? undefined : usual }
  })
}
