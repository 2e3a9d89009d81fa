import { compile } from '../../runtime/compile.ts'
import { readFloats, write } from '../../runtime/device.ts'
import type { Device } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { matmul, transpose } from '../../tensor/operations/index.ts'
import { filledUp, inTurn, keptByDevice } from './on-device.ts'
import { meanOf, requireComparable } from './centered-points.ts'
import { productOfColumns } from './product-of-columns.ts'
import type { Rows } from './rows.ts'

/** Mean and covariance of rows. */
export interface Moments {
  /** Numbers in a row. */
  readonly size: number
  /** [size] */
  readonly mean: Float64Array
  /** [size, size], divided by one less than the count. */
  readonly covariance: Float64Array
}

/** Few enough for sums in float32, enough for a product to be worth it. */
const blockRows = 256

/**
 * Mean and covariance of rows. Products of many large rows are the device's: their sums are float32 within a block of 256 rows and
 * float64 over blocks, which changes a Fréchet distance by a millionth of itself at most. Where there are no more rows than columns, they
 * are float64 in any case, since the noise of float32 would fill the directions that have no variance. Throws a UserError where there
 * are fewer than two rows, or a number is not finite.
 * @param mostExactly Multiplications that are done in float64, on one thread; default: those of a second or two.
 */
export async function momentsOf(device: Device, rows: Rows, mostExactly = 2 ** 32): Promise<Moments> {
  requireComparable([rows])
  const { values, count, size } = rows
  if (count < 2) throw new UserError('A covariance needs at least two rows; give more samples.')
  const mean = meanOf([rows])
  const covariance = new Float64Array(size * size)
  const exactly = count <= size || count * size * size <= mostExactly
  await inTurn(device, async () => {
    const squareOf = exactly ? squareInDoubles : await squareOnDevice(device, size)
    for (let row = 0; row < count; row += blockRows) {
      const block = Float64Array.from(values.subarray(row * size, Math.min(row + blockRows, count) * size))
      for (let at = 0; at < block.length; at++) block[at] -= mean[at % size]
      const square = await squareOf(block, size)
      for (let at = 0; at < covariance.length; at++) covariance[at] += square[at]
    }
  })
  for (let at = 0; at < covariance.length; at++) covariance[at] /= count - 1
  return { size, mean, covariance }
}

/** X^T X for a block X of rows. */
type Square = (block: Float64Array, size: number) => ArrayLike<number> | Promise<ArrayLike<number>>

const squareInDoubles: Square = (block, size) => productOfColumns(block, block, block.length / size, size, size)

const squareOnDevice = keptByDevice(
  (size: number) => `${size}`,
  async (device, size): Promise<Square> => {
    const rows = device.variable('centred rows', [blockRows, size])
    const square = device.variable('square', [size, size])
    const product = matmul(transpose(rows.tensor), rows.tensor)
    const { run } = await compile(device, { updates: [[square, product]], report: {} })
    return async (block) => {
      write(device, rows, filledUp(Float32Array.from(block), blockRows * size, 0))
      await run()
      return readFloats(device, square.tensor)
    }
  },
)
