/** What all sections about images need: samples of a run, and somebody to look at them. */
import { cpus } from 'node:os'
import type { ImageSource, Source } from '../src/data/source.ts'
import { imageRangeOf } from '../src/gan/game/game.ts'
import { imagesOfSamples } from '../src/metrics/statistics/image-set.ts'
import type { ImageSet } from '../src/metrics/statistics/image-set.ts'
import type { Device } from '../src/runtime/device.ts'
import type { TestedClassifier } from '../src/features/kept-classifier-node.ts'
import { openSampler } from '../src/runs/samples/run-sampler-node.ts'
import { sizeOf } from '../src/tensor/shape.ts'
import { secondsPerStep } from './image-runs.ts'
import type { FoundRun } from './image-runs.ts'

/** How runs are judged. */
export interface Judging {
  /** Where classifiers and metrics compute. */
  readonly device: Device
  /** Of the latents. */
  readonly seed: number
  /** How many samples are drawn; null for as many as usual. */
  readonly samples: number | null
  /** How long the steps of a run are timed. */
  readonly secondsOfTrial: number
  /** The folder that pictures are written to, and how the page calls it. */
  readonly pictures: { readonly folder: string; readonly link: string }
  /** The classifier for this data. */
  classifierOf(data: string): Promise<TestedClassifier>
  /** Says what is being done. */
  tell(line: string): void
}

/** One section of the page. */
export interface Section {
  /** For the marks around it. */
  readonly name: string
  /** Whether it tells of runs on this data. */
  tellsOf(data: string): boolean
  /** The section as Markdown. */
  write(runs: readonly FoundRun[], judging: Judging): Promise<string>
}

/** Samples are drawn this many at a time. */
const block = 1000

/** Samples of a run's last checkpoint. */
export async function drawImages({ path, step }: FoundRun, count: number, seed: number): Promise<ImageSet> {
  const { game, sample, close } = await openSampler(path, step)
  try {
    const [height, width, channels] = game.generation.sample.shape
    const shape = [height, width, channels] as const
    const values = new Float32Array(count * sizeOf(shape))
    for (let first = 0; first < count; first += block) {
      const some = await sample(Math.min(block, count - first), seed, { first })
      values.set(imagesOfSamples(some, shape, imageRangeOf(game)).values, first * sizeOf(shape))
    }
    return { values, count, shape }
  } finally {
    await close()
  }
}

/** What a run took: its steps (of how many, where it is not at its end), and minutes on all cores of this machine. */
export async function effortOf(
  run: FoundRun,
  { secondsOfTrial }: Judging,
): Promise<{ readonly steps: string; readonly minutes: string }> {
  const { step, steps } = run
  const minutes = (step * (await secondsPerStep(run, secondsOfTrial))) / 60
  const planned = steps !== null && step < steps ? ` of ${steps.toLocaleString('en')}` : ''
  return { steps: `${step.toLocaleString('en')}${planned}`, minutes: minutes.toFixed(minutes < 10 ? 1 : 0) }
}

/** How minutes came about, for people. */
export const howTimed = ({ device, secondsOfTrial }: Judging): string =>
  `Minutes are steps times the least time of a step within ${secondsOfTrial} seconds, on ${device.engine.threads} threads of this machine ` +
  `(${cpus()[0]?.model ?? 'unknown'}), which others used as well while the runs went on.`

/** Images that are held in memory. */
export function held(source: Source): ImageSource {
  if (source.kind !== 'images') throw new Error(`${source.name} is no set of images in memory`)
  return source
}

/** 0.0931 as 9.3 %. */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`
