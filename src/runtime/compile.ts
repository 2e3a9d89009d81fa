import type { Device } from './device.ts'
import { compileForEngine } from './engine-program.ts'
import { requireSound } from './program.ts'
import type { Program, Step } from './program.ts'

export type { Program, Step } from './program.ts'

/**
 * Compiles a step for the device: simplify, fuse, plan, emit one WebAssembly module. On a device with an accelerator, the floats
 * that a step goes on with and all that is computed from them are the accelerator's, as one ONNX model. Throws where a tensor
 * does not fit its variable, a reported one is no scalar, or one depends on a variable of another device.
 */
export async function compile<Names extends string>(device: Device, step: Step<Names>): Promise<Program<Names>> {
  requireSound(step)
  const { accelerator } = device
  if (accelerator === null) return compileForEngine(device, step)
  // Loaded when it is needed: it brings all that writes ONNX.
  const { compileForAccelerator } = await import('./accelerated-program.ts')
  return (await compileForAccelerator(device, accelerator, step)) ?? compileForEngine(device, step)
}
