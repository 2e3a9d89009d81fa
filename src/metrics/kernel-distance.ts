import { compile } from '../runtime/compile.ts'
import { readFloats, write } from '../runtime/device.ts'
import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { add, equal, iota, matmul, mul, reshape, sum, transpose, where } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { draw, pickRows } from './statistics/random-draw.ts'
import { inTurn, keptByDevice } from './statistics/on-device.ts'
import { requireComparable } from './statistics/centered-points.ts'
import type { Rows } from './statistics/rows.ts'
import { spreadOf } from './statistics/mean-and-deviation.ts'
import type { Spread } from './statistics/mean-and-deviation.ts'

/** How the kernel distance takes its subsets. */
export interface Subsets {
  /** How many; default 100. */
  readonly subsets?: number
  /** Rows of each; default 1,000. */
  readonly subsetSize?: number
  /** Equal seeds draw equal subsets; default 0. */
  readonly seed?: number
}

/**
 * The kernel distance of Bińkowski et al. 2018 (KID, in whatever features the rows are of): the unbiased squared maximum mean
 * discrepancy under the kernel (x.y / d + 1)^3, its mean and spread over random subsets, as torch-fidelity computes it. For rows of the
 * same distribution it is 0 on average, and a little below or above it by chance. Throws a UserError where a set has
 * fewer rows than a subset, rows differ in size, or a number is not finite.
 */
export async function kernelDistance(
  device: Device,
  real: Rows,
  generated: Rows,
  { subsets = 100, subsetSize = 1000, seed = 0 }: Subsets = {},
): Promise<Spread> {
  requireComparable([real, generated])
  const fewest = Math.min(real.count, generated.count)
  if (!(Number.isInteger(subsetSize) && subsetSize >= 2 && subsetSize <= fewest)) {
    throw new UserError(
      `The kernel distance cannot take subsets of ${subsetSize} rows where it has ${fewest}; give more rows, or a subset size from 2 to ${fewest}.`,
    )
  }
  if (!(Number.isInteger(subsets) && subsets >= 1)) {
    throw new UserError(`The kernel distance needs at least one subset, not ${subsets}.`)
  }
  const distances: number[] = []
  for (let turn = 0; turn < subsets; turn++) {
    const [some, others] = [real, generated].map((rows, stream) =>
      pickRows(rows, draw(seed, stream, turn, rows.count, subsetSize)),
    )
    distances.push(await squaredDiscrepancy(device, some, others))
  }
  return spreadOf(distances)
}

/** The unbiased squared maximum mean discrepancy of two sets of as many rows (Gretton et al. 2012, lemma 6). */
export async function squaredDiscrepancy(device: Device, x: Rows, y: Rows): Promise<number> {
  const { count, size } = x
  return inTurn(device, async () => {
    const program = await kernelSums(device, count, size)
    write(device, program.x, x.values)
    write(device, program.y, y.values)
    await program.run()
    const [within, across] = program.results.map(({ tensor }) => readFloats(device, tensor).reduce((a, b) => a + b, 0))
    return within / (count * (count - 1)) - (2 * across) / (count * count)
  })
}

/**
 * Row by row, the kernel's sums: those within x and within y, without each row's own, and those between them. The 1 of
 * (t + 1)^3 = 1 + t (3 + t (3 + t)) is left out: it adds 1 + 1 - 2, and would cost digits.
 */
const kernelSums = keptByDevice(
  (count: number, size: number) => `${count} ${size}`,
  async (device, count, size) => {
    const [x, y] = ['x', 'y'].map((name) => device.variable(`kernel ${name}`, [count, size]))
    const results = ['within', 'across'].map((name) => device.variable(`kernel ${name}`, [count]))
    const isOwn = equal(reshape(iota(count), [count, 1]), iota(count))
    const kernel = (a: Tensor, b: Tensor): Tensor => {
      const t = mul(matmul(a, transpose(b)), 1 / size)
      return mul(t, add(mul(t, add(t, 3)), 3))
    }
    const others = (a: Tensor): Tensor => sum(where(isOwn, 0, kernel(a, a)), { axes: [1] })
    const within = add(others(x.tensor), others(y.tensor))
    const across = sum(kernel(x.tensor, y.tensor), { axes: [1] })
    const updates = [
      [results[0], within],
      [results[1], across],
    ] as const
    const { run } = await compile(device, { updates, report: {} })
    return { x, y, results, run }
  },
)
