import type { Trainer } from '../gan/trainer.ts'
import { contentsOf } from '../runtime/device.ts'

/** The variables of the state that hold a NaN or an infinity, in the order of the state: generator first. */
export function brokenVariables({ device, variables }: Pick<Trainer, 'device' | 'variables'>): string[] {
  return [...variables].flatMap(([name, variable]) => (isFinite(contentsOf(device, variable)) ? [] : [name]))
}

function isFinite(values: Float32Array | Int32Array | Uint8Array): boolean {
  if (!(values instanceof Float32Array)) return true
  for (const value of values) if (!Number.isFinite(value)) return false
  return true
}
