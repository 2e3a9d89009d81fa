import type { Source } from '../../data/source.ts'
import { factsOf } from '../../recipes/index.ts'
import type { SourceFacts } from '../../recipes/index.ts'
import type { Game } from '../../gan/game.ts'
import { createTrainer } from '../../gan/trainer.ts'
import type { Trainer } from '../../gan/trainer.ts'
import { openNodeDevice } from '../../runtime/open-node.ts'
import type { Device } from '../../runtime/device.ts'
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

/** The game of a run, as after so many setbacks. */
export const gameOf = (options: RunOptions, plan: RunPlan, facts: SourceFacts, setbacks: number): Game =>
  plan.recipe.game({
    ...facts,
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
  createTrainer(device, gameOf(options, plan, factsOf(source), setbacks), source, { seed: options.seed })
