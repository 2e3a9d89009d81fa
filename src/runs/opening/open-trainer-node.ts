import type { Source } from '../../data/source.ts'
import type { Game } from '../../gan/game.ts'
import { createTrainer } from '../../gan/trainer.ts'
import type { Trainer } from '../../gan/trainer.ts'
import { openNodeDevice } from '../../runtime/open-node.ts'
import type { Device } from '../../runtime/device.ts'
import type { Shape } from '../../tensor/tensor.ts'
import { classesOf } from '../../data/classes.ts'
import type { Classes } from '../../data/classes.ts'
import { meanOf } from './image-mean.ts'
import type { RunOptions } from '../options/run-options.ts'
import type { RunPlan } from '../options/run-plan.ts'
import { learningRateAfter } from './open-run.ts'

/** Starts the threads that a run asks for. */
export const openThreadsFor = ({ threads, strict }: RunOptions): Promise<Device> =>
  openNodeDevice({ strict, ...(threads === undefined ? {} : { threads }) })

/** The same, with what else it asks to be trained by. */
export const openDeviceFor = ({ threads, strict, device }: RunOptions): Promise<Device> =>
  openNodeDevice({
    strict,
    ...(threads === undefined ? {} : { threads }),
    accelerator: device === 'cpu' ? null : device,
  })

/** What a game is made for. */
interface Samples {
  /** The shape of one. */
  readonly shape: Shape
  /** What classes they belong to, or null where nobody knows. */
  readonly classes: Classes | null
  /** Gives the mean of each number of an image; null or left out where nobody knows, or it makes no difference any more. */
  readonly mean?: (() => ArrayLike<number>) | null
}

/** The game of a run, as after so many setbacks. */
export const gameOf = (
  options: RunOptions,
  plan: RunPlan,
  { shape, classes, mean = null }: Samples,
  setbacks: number,
): Game =>
  plan.recipe.game({
    dataShape: shape,
    classes: classes?.count ?? null,
    dataMean: mean,
    batch: plan.batch,
    learningRate: learningRateAfter(setbacks, plan),
    discriminatorSteps: plan.recipe.defaults.discriminatorSteps,
    settings: options.game,
  })

/** That game on a device: compiled, in its first state. */
export const openTrainer = (
  device: Device,
  options: RunOptions,
  plan: RunPlan,
  source: Source,
  setbacks: number,
): Promise<Trainer> =>
  createTrainer(device, gameOf(options, plan, samplesOf(source), setbacks), source, { seed: options.seed })

const samplesOf = (source: Source): Samples => ({
  shape: source.shape,
  classes: classesOf(source),
  // Of images that are not all in memory, a mean would cost a pass over the disk.
  mean: source.kind === 'images' ? () => meanOf(source) : null,
})
