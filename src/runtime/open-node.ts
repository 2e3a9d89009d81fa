import { availableParallelism } from 'node:os'
import v8 from 'node:v8'
import { nodeEngine } from '../wasm/threads-node.ts'
import { createDevice } from './device.ts'
import type { Device } from './device.ts'

export interface OpenOptions {
  /** Threads that compute; default: as many as the machine has cores for us. */
  readonly threads?: number
  /** No relaxed instructions: the same bytes on every machine and in every browser. Default false. */
  readonly strict?: boolean
  /** Vector width; default: whichever is faster here. */
  readonly bits?: 128 | 256
}

/** A device on threads of this process; the calling thread stays free. Close it with `device.engine.close()`. */
export async function openNodeDevice({ threads = availableParallelism(), strict = false, bits = 256 }: OpenOptions = {}): Promise<Device> {
  if (bits === 256) v8.setFlagsFromString('--experimental-wasm-revectorize')
  return createDevice(await nodeEngine(threads), { strict, bits })
}
