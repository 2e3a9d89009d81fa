import type { Source } from '../../data/source.ts'
import { factsOf } from '../../recipes/index.ts'
import { createTrainer } from '../../gan/training/trainer.ts'
import type { Trainer } from '../../gan/training/trainer.ts'
import { openNodeDevice } from '../../runtime/open-node.ts'
import type { Device } from '../../runtime/device.ts'
import type { RunOptions } from '../options/run-options.ts'
import type { RunPlan } from '../options/run-plan.ts'
import { gameOf } from '../options/run-game.ts'

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

/** The game of a run on a device: compiled, in its first state. */
export const openTrainer = (
  device: Device,
  options: RunOptions,
  plan: RunPlan,
  source: Source,
  rollbacks: number,
): Promise<Trainer> =>
  createTrainer(device, gameOf(options, plan, factsOf(source), rollbacks), source, { seed: options.seed })
