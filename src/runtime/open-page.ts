import { UserError } from '../tensor/errors.ts'
import { hasSharedMemory, hasVectors } from '../wasm/features.ts'
import { lonePageEngine, pageEngine } from '../wasm/threads-page.ts'
import { createDevice } from './device.ts'
import type { Device } from './device.ts'

/** How a device is opened in a page. */
export interface OpenPageOptions {
  /**
   * Threads that compute; default: as many as the machine has cores. Pages that are not cross-origin isolated (headers COOP and COEP) may
   * not share memory, and there it is one thread whatever is asked for: see `device.engine.threads`.
   */
  readonly threads?: number
  /** No relaxed instructions: the same bytes on every machine and in every browser. Default false. */
  readonly strict?: boolean
}

/**
 * A device on workers of this page (or of a worker of it); the calling thread stays free. End them with `device.engine.close()`.
 * Throws a UserError where the number of threads makes no sense or WebAssembly has no SIMD here.
 */
export async function openPageDevice({
  threads = navigator.hardwareConcurrency,
  strict = false,
}: OpenPageOptions = {}): Promise<Device> {
  if (!hasVectors()) {
    throw new UserError(
      'This browser runs WebAssembly without SIMD, which Forger needs; use Chrome 91, Firefox 89, Safari 16.4 or a later one.',
    )
  }
  const engine = hasSharedMemory() ? await pageEngine(threads) : await lonePageEngine()
  return createDevice(engine, { strict, bits: 128 })
}
