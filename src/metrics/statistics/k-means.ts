import type { Device } from '../../runtime/device.ts'
import { draw, pickRows } from './random-draw.ts'
import { nearestNeighbors } from './neighbors.ts'
import { withSquares } from './centered-points.ts'
import type { Points } from './centered-points.ts'

/** Rounds of Lloyd's algorithm at most: cells need not be the best, only alike for all that is compared in them. */
const mostRounds = 20

/** The centres of `count` cells into which k-means divides the points, from points drawn by the seed on. */
export const cellCenters = (device: Device, points: Points, count: number, seed: number): Promise<Points> =>
  settledCenters(device, points, withSquares(pickRows(points, draw(seed, 0, 0, points.count, count))))

/** The centres to which Lloyd's algorithm (1982) moves those that it starts from: each to the mean of the points nearest to it. */
export async function settledCenters(device: Device, points: Points, start: Points): Promise<Points> {
  let centers = start
  let cells: Int32Array = new Int32Array(0)
  for (let round = 0; round < mostRounds; round++) {
    const { indices } = await nearestNeighbors(device, points, centers, 1)
    if (indices.every((cell, point) => cell === cells[point])) break
    cells = indices
    centers = meansOf(points, cells, centers)
  }
  return centers
}

/** The mean of the points of each cell; one without points stays where it is. */
function meansOf({ values, size }: Points, cells: Int32Array, centers: Points): Points {
  const sums = new Float64Array(centers.count * size)
  const counts = new Float64Array(centers.count)
  for (const [point, cell] of cells.entries()) {
    counts[cell]++
    for (let i = 0; i < size; i++) sums[cell * size + i] += values[point * size + i]
  }
  const means = Float32Array.from(sums, (sum, at) => {
    const members = counts[Math.floor(at / size)]
    return members === 0 ? centers.values[at] : sum / members
  })
  return withSquares({ values: means, count: centers.count, size })
}
