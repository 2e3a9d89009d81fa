import { availableParallelism } from 'node:os'
import { UserError } from '../tensor/errors.ts'
import { hasFusedMultiplyAdd, hasVectors } from '../wasm/features.ts'
import { wasmTarget } from '../wasm/target.ts'
import { nodeEngine } from '../wasm/threads-node.ts'
import { strictError } from './accelerator.ts'
import type { AcceleratorName } from './accelerator.ts'
import { createDevice } from './device.ts'
import type { Device } from './device.ts'
import { readNotes, writeNotes } from './machine-notes-node.ts'
import { openAccelerator } from './ort-node.ts'
import { createTuner } from './tuning.ts'
import { allowRelaxedInstructions, fastestVectorWidth, setVectorWidth } from './vector-width-node.ts'

/** How a device is opened in Node. */
export interface OpenOptions {
  /** Threads that compute, 1 to 64; default: as many as the machine has cores for us. */
  readonly threads?: number
  /** No relaxed instructions: the same bytes on every machine and in every browser. Default false. */
  readonly strict?: boolean
  /** Vector width; default: whichever is faster here. It never changes a result. */
  readonly bits?: 128 | 256
  /**
   * Whether to time how products are best cut, for a tenth of a second per device, and remember it for the next time. It never changes
   * a result. Default true, unless the environment says FORGER_TUNE=0.
   */
  readonly tune?: boolean
  /**
   * What takes the floats of training steps over from the threads, by way of the package onnxruntime-node; nothing unless told.
   * The calling thread then waits within each step, and is free between steps.
   */
  readonly accelerator?: AcceleratorName | null
}

/** None at the very first start, which times the vector width. */
const tuningMs = 100

/**
 * A device on threads of this process; the calling thread stays free. End them with `device.close()`. Throws a UserError
 * where the number of threads makes no sense, WebAssembly has no SIMD here, or the accelerator cannot be used or be strict.
 */
export async function openNodeDevice({
  threads = availableParallelism(),
  strict = false,
  bits,
  tune = process.env.FORGER_TUNE !== '0',
  accelerator: wanted = null,
}: OpenOptions = {}): Promise<Device> {
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 64)) {
    throw new UserError(`There cannot be ${threads} threads; give a whole number from 1 to 64.`)
  }
  if (strict && wanted !== null) throw strictError(wanted)
  if (!hasVectors()) {
    throw new UserError(
      'This Node or processor runs WebAssembly without SIMD, which Forger needs; use Node 20.19 or later on x86-64 or ARM64.',
    )
  }
  allowRelaxedInstructions()
  const separate = strict || !hasFusedMultiplyAdd()
  const notes = tune ? readNotes() : { tilings: {} }
  const width = bits ?? notes.bits ?? fastestVectorWidth(separate)
  setVectorWidth(width)
  if (tune && notes.bits === undefined) writeNotes({ ...notes, bits: width })
  const target = wasmTarget(width)
  const tilingOf = createTuner(
    notes.tilings,
    target,
    separate,
    tune && notes.bits !== undefined ? tuningMs : 0,
    (tilings) => writeNotes({ bits: width, tilings }),
  )
  const accelerator = wanted && (await openAccelerator(wanted))
  const engine = await nodeEngine(threads)
  return createDevice(engine, { strict: separate, target, tilingOf, accelerator })
}
