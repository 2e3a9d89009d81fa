import { meanOf } from '../../metrics/statistics/centered-points.ts'
import type { Rows } from '../../metrics/statistics/rows.ts'
import { write } from '../../runtime/device.ts'
import type { Device } from '../../runtime/device.ts'
import { sumSquares } from '../../tensor/composite.ts'
import { add, exp, literal, matmul, max, mul, reshape, sub, transpose } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { rowwise } from '../rowwise-program.ts'

/** Rows are compared this many at a time. */
const batch = 256

/**
 * Compares rows with known ones by exp(-gamma |a - b|^2), as products: |a - b|^2 = |a|^2 + |b|^2 - 2 a.b. Gives for each row what
 * `trace` makes of its similarities, [batch, known rows]. All are centered on the known ones, which changes no distance and keeps
 * their digits.
 */
export function radialComparison(
  device: Device,
  known: Rows,
  gamma: number,
  trace: (similarities: Tensor) => Tensor = (similarities) => similarities,
): Promise<(rows: Rows) => Promise<Rows>> {
  const { size, count } = known
  const center = meanOf([known])
  const variable = device.variable('known', [count, size])
  write(
    device,
    variable,
    known.values.map((value, at) => value - center[at % size]),
  )
  const b = variable.tensor
  return rowwise(device, size, batch, (rows) => {
    const a = sub(rows, literal(Array.from(center)))
    const squares = add(sumSquares(a, { axes: [1], keep: true }), reshape(sumSquares(b, { axes: [1] }), [1, count]))
    const distances = max(sub(squares, mul(matmul(a, transpose(b)), 2)), 0)
    return trace(exp(mul(distances, -gamma)))
  })
}
