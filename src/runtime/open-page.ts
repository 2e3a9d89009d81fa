import { UserError } from '../tensor/errors.ts'
import { hasSharedMemory, hasVectors } from '../wasm/features.ts'
import { lonePageEngine, pageEngine } from '../wasm/threads-page.ts'
import { strictError } from './accelerator.ts'
import { createDevice } from './device.ts'
import type { Device } from './device.ts'
import type { PageAccelerator } from './ort-page.ts'

/** How a device is opened in a page. */
export interface OpenPageOptions {
  /**
   * Threads that compute; default: as many as the machine has cores. Pages that are not cross-origin isolated (headers COOP and COEP) may
   * not share memory, and there it is one thread whatever is asked for: see `device.engine.threads`.
   */
  readonly threads?: number
  /** No relaxed instructions: the same bytes on every machine and in every browser. Default false. */
  readonly strict?: boolean
  /**
   * What takes the floats of training steps over from the threads; nothing unless told. The calling thread then gives the GPU its
   * commands in each step, which a worker of the page may do as well.
   */
  readonly accelerator?: PageAccelerator | null
}

/**
 * A device on workers of this page (or of a worker of it); the calling thread stays free. End them with `device.close()`.
 * Throws a UserError where the number of threads makes no sense, WebAssembly has no SIMD here, or the accelerator cannot be used
 * or be strict.
 *
 * ```ts
 * const accelerator = { name: 'webgpu', library: () => import('onnxruntime-web/webgpu') } as const
 * const device = await openDevice({ accelerator })
 * ```
 */
export async function openPageDevice({
  threads = navigator.hardwareConcurrency,
  strict = false,
  accelerator: wanted = null,
}: OpenPageOptions = {}): Promise<Device> {
  if (strict && wanted !== null) throw strictError(wanted.name)
  if (!hasVectors()) {
    throw new UserError(
      'This browser runs WebAssembly without SIMD, which Forger needs; use Chrome 91, Firefox 89, Safari 16.4 or a later one.',
    )
  }
  // Loaded when it is needed: it brings all that writes ONNX.
  const accelerator = wanted && (await (await import('./ort-page.ts')).openPageAccelerator(wanted))
  const engine = hasSharedMemory() ? await pageEngine(threads) : await lonePageEngine()
  return createDevice(engine, { strict, accelerator })
}
