import { filledUp, inTurn } from '../metrics/statistics/on-device.ts'
import type { Rows } from '../metrics/statistics/rows.ts'
import { compile } from '../runtime/compile.ts'
import { readFloats, write } from '../runtime/device.ts'
import type { Device } from '../runtime/device.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * A function of rows as a program: `trace` makes of [batch, size] numbers [batch, n] others, row by row, and rows of any count go
 * through it a batch at a time.
 */
export async function rowwise(
  device: Device,
  size: number,
  batch: number,
  trace: (rows: Tensor) => Tensor,
): Promise<(rows: Rows) => Promise<Rows>> {
  const given = device.variable('given', [batch, size])
  const made = trace(given.tensor)
  const [, width] = made.shape
  const result = device.variable('made', [batch, width])
  const program = await compile(device, { updates: [[result, made]], report: {} })
  return ({ values, count }) =>
    inTurn(device, async () => {
      const all = new Float32Array(count * width)
      for (let first = 0; first < count; first += batch) {
        const some = Math.min(batch, count - first)
        write(device, given, filledUp(values.subarray(first * size, (first + some) * size), batch * size, 0))
        await program.run()
        all.set(readFloats(device, result.tensor).subarray(0, some * width), first * width)
      }
      return { values: all, count, size: width }
    })
}
