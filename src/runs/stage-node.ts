import type { Source } from '../data/source.ts'
import type { Game } from '../gan/game.ts'
import { createTrainer } from '../gan/trainer.ts'
import type { Trainer } from '../gan/trainer.ts'
import { openNodeDevice } from '../runtime/open-node.ts'
import type { Device } from '../runtime/device.ts'
import type { RunOptions } from './options.ts'
import type { RunPlan } from './plan.ts'
import { learningRateAfter } from './run.ts'

/** Starts the threads that a run asks for. */
export const openDeviceFor = ({ threads, strict }: RunOptions): Promise<Device> =>
  openNodeDevice({ strict, ...(threads === undefined ? {} : { threads }) })

/** The game of a run, as after so many setbacks. */
export const gameOf = (options: RunOptions, plan: RunPlan, dataShape: Source['shape'], setbacks: number): Game =>
  plan.recipe.game({
    dataShape,
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
  createTrainer(device, gameOf(options, plan, source.shape, setbacks), source, { seed: options.seed })
