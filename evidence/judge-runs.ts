import { mkdir } from 'node:fs/promises'
import { loadSource } from '../src/data/sources.ts'
import type { Device } from '../src/runtime/device.ts'
import { openClassifier } from '../src/features/kept-classifier-node.ts'
import type { TestedClassifier } from '../src/features/kept-classifier-node.ts'
import { digitsSection } from './digits-section.ts'
import type { FoundRun } from './image-runs.ts'
import { held } from './judging.ts'
import type { Judging } from './judging.ts'
import { photographsSection } from './photographs-section.ts'
import { writeSection } from './results-page.ts'
import { stackedSection } from './stacked-section.ts'

/** Judges runs and writes the sections that tell of them; sections without a run stay as they are. */
export async function judgeRuns(page: string, runs: readonly FoundRun[], judging: Judging): Promise<void> {
  await mkdir(judging.pictures.folder, { recursive: true })
  for (const { name, tellsOf, write } of [digitsSection, stackedSection, photographsSection]) {
    const own = runs.filter(({ options }) => tellsOf(options.data))
    if (own.length > 0) await writeSection(page, name, await write(own, judging))
  }
}

/** Opens the kept classifier of a data set when it is first asked for. */
export function keptClassifiers(device: Device, tell: (line: string) => void): Judging['classifierOf'] {
  const opened = new Map<string, Promise<TestedClassifier>>()
  const open = async (data: string) => {
    const images = { train: held(await loadSource(data, 'train')), test: held(await loadSource(data, 'test')) }
    const progress = (done: number, total: number, loss: number) => {
      if (done % 500 === 0) tell(`${data}: the classifier, step ${done} of ${total}, cross-entropy ${loss.toFixed(3)}`)
    }
    return openClassifier(device, images, { progress, tell })
  }
  return (data) => {
    const known = opened.get(data) ?? open(data)
    opened.set(data, known)
    return known
  }
}
