/** What all metrics need of a device: programs that are compiled once, and runs that do not get in each other's way. */
import type { Device } from '../../runtime/device.ts'
import { sizeOf } from '../../tensor/shape.ts'
import type { Shape } from '../../tensor/tensor.ts'

/**
 * `make`, whose results are kept for as long as the device, one for each key of the arguments: a device never gives memory back, so
 * what is needed again must not be made again.
 */
export function keptByDevice<Arguments extends readonly unknown[], Kept>(
  keyOf: (...given: Arguments) => string,
  make: (device: Device, ...given: Arguments) => Kept,
): (device: Device, ...given: Arguments) => Kept {
  const keptOf = new WeakMap<Device, Map<string, Kept>>()
  return (device, ...given) => {
    const kept = keptOf.get(device) ?? new Map<string, Kept>()
    keptOf.set(device, kept)
    const key = keyOf(...given)
    const known = kept.get(key)
    if (known !== undefined) return known
    const made = make(device, ...given)
    kept.set(key, made)
    return made
  }
}

const lastOf = new WeakMap<Device, Promise<unknown>>()

/** Does the work when all that was asked for before is done: kept programs share their memory. */
export function inTurn<Result>(device: Device, work: () => Promise<Result>): Promise<Result> {
  const result = (lastOf.get(device) ?? Promise.resolve()).then(work)
  lastOf.set(
    device,
    result.catch(() => {}),
  )
  return result
}

/** How many samples of a shape a network sees at a time: what it makes of larger ones would not fit into a device's memory. */
export const samplesAtOnce = (shape: Shape): number => Math.max(1, Math.min(250, Math.floor(2 ** 24 / sizeOf(shape))))

/** The values, and `rest` behind them up to `length`: blocks have one size, sets end within one. */
export function filledUp(values: Float32Array, length: number, rest: number): Float32Array {
  if (values.length === length) return values
  const whole = new Float32Array(length).fill(rest, values.length)
  whole.set(values)
  return whole
}
