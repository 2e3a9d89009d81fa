import type { Device } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { walkDistances } from './distances.ts'
import type { Reduction } from './distances.ts'
import type { Points } from './centered-points.ts'

/** The nearest points of a set to each point, nearest first. */
export interface Neighbors {
  /** [count, k]: where they stand in their set. */
  readonly indices: Int32Array
  /** [count, k]: minus the squared distances. */
  readonly closeness: Float32Array
}

/**
 * The k points of `to` that are nearest to each point of `from`; a point is no neighbour of itself where both are the same set. Throws
 * a UserError where there are not so many.
 */
export async function nearestNeighbors(device: Device, from: Points, to: Points, k: number): Promise<Neighbors> {
  const same = from === to
  const most = to.count - Number(same)
  if (!(Number.isInteger(k) && k >= 1 && k <= most)) {
    throw new UserError(
      `There are no ${k} nearest neighbors among ${most} ${same ? 'other ' : ''}rows; give more rows or ask for fewer neighbors.`,
    )
  }
  const indices = new Int32Array(from.count * k).fill(-1)
  const closeness = new Float32Array(from.count * k).fill(-Infinity)
  await walkDistances(device, [from, to], unreduced, ([values], { row, rows, column, columns, side }) => {
    for (let i = 0; i < rows; i++) {
      const first = (row + i) * k
      const last = first + k - 1
      for (let j = 0; j < columns; j++) {
        const value = values[i * side.columns + j]
        if (value <= closeness[last] || (same && row + i === column + j)) continue
        let place = last
        for (; place > first && value > closeness[place - 1]; place--) {
          closeness[place] = closeness[place - 1]
          indices[place] = indices[place - 1]
        }
        closeness[place] = value
        indices[place] = column + j
      }
    }
  })
  return { indices, closeness }
}

const unreduced: Reduction = { name: 'closeness', inputs: () => [], results: (closeness) => [closeness] }

/** How near a point has to be to lie in the ball around each point that reaches to its k-th neighbor: minus the squared radius. */
export async function ballLimits(device: Device, points: Points, k: number): Promise<Float32Array> {
  const { closeness } = await nearestNeighbors(device, points, points, k)
  return Float32Array.from({ length: points.count }, (_, row) => closeness[(row + 1) * k - 1])
}
