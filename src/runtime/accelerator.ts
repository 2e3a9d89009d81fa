import type { StepModel } from '../onnx/step.ts'
import { UserError } from '../tensor/errors.ts'

/** Every accelerator that a machine may have. */
export const acceleratorNames = ['webgpu', 'cuda'] as const
export type AcceleratorName = (typeof acceleratorNames)[number]

/** Numbers of one array on this machine; booleans as bytes 0 and 1. */
export type HostArray = Float32Array | Int32Array | Uint8Array

/** A processor that runs models beside the threads of a device: a GPU, behind ONNX Runtime. */
export interface Accelerator {
  /** What it is called in options and messages. */
  readonly name: string
  /** Makes a step ready to run. */
  load(model: StepModel): Promise<LoadedStep>
  /** Gives everything back that was loaded. */
  close(): Promise<void>
}

/** A step whose arrays stay on the accelerator from run to run. */
export interface LoadedStep {
  /** Gives an array of the state, or a resident one, these values. Each needs them once before the first run. */
  upload(name: string, values: HostArray): void
  /** Runs once, and gives the report. */
  run(feeds: Readonly<Record<string, HostArray>>): Promise<Float32Array>
  /** The present values of the state, by their names. */
  download(): Promise<ReadonlyMap<string, HostArray>>
}

/** For whoever asks for an accelerator whose bytes are the same everywhere. */
export const strictError = (name: AcceleratorName): UserError =>
  new UserError(
    `Strict results are the same bytes everywhere, which no GPU promises; ask for strict or for the device ${name}, not both.`,
  )
