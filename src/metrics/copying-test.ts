import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { cellCenters } from './statistics/k-means.ts'
import { mannWhitneyZ } from './statistics/mann-whitney.ts'
import { nearestNeighbors } from './statistics/neighbors.ts'
import { pointsOf } from './statistics/centered-points.ts'
import type { Rows } from './statistics/rows.ts'

/** The nearest training row of each row. */
export interface NearestTraining {
  /** Which one it is. */
  readonly indices: Int32Array
  /** How far away it is. */
  readonly distances: Float64Array
}

/** A part of the space, with the held-out and generated rows in it. */
export interface Cell {
  /** How many held-out rows. */
  readonly heldOut: number
  /** How many generated rows. */
  readonly generated: number
  /** Below 0 where generated rows lie nearer to training rows than held-out ones do, in standard deviations. */
  readonly z: number
}

/** What the distances to training rows say: copies of them, nothing unusual, or further away than real data. */
export type CopyingVerdict = 'copies' | 'unsuspicious' | 'distant'

/** Whether generated rows are copies of training rows. */
export interface CopyingTest {
  /** C_T: the mean of the cells' z, weighted by their share of held-out rows. */
  readonly statistic: number
  /** The statistic in a word. */
  readonly verdict: CopyingVerdict
  /** The share of generated rows that are nearer to a training row than all but one in a hundred held-out rows: about 0.01 without copying. */
  readonly suspicious: number
  /** Cells with enough generated rows. */
  readonly cells: readonly Cell[]
  /** What lies nearest to each generated row. */
  readonly generated: NearestTraining
  /** What lies nearest to each held-out row. */
  readonly heldOut: NearestTraining
}

/** What is compared; rows of pixels or of features. */
export interface CopyingRows {
  /** What was trained on. */
  readonly training: Rows
  /** Real rows that were not trained on. */
  readonly heldOut: Rows
  /** What may be copied. */
  readonly generated: Rows
}

/** Generated rows that a cell needs to count. */
const fewestInCell = 20
/** Standard deviations from which on the verdict is not put down to chance. */
const significant = 3

/**
 * The three-sample test for data copying of Meehan, Chaudhuri and Dasgupta 2020 (section 4.2): in each of the cells into which k-means
 * divides the training rows, Mann and Whitney's test compares how far generated and held-out rows are from the nearest training row. A
 * model that learned the distribution gives C_T about 0; far below 0 it copies, far above 0 it does not reach the data.
 *
 * Throws a UserError where there are fewer than 20 generated rows for each cell, fewer training rows than cells, no held-out
 * row near any generated one, rows differ in size, or a number is not finite.
 */
export async function copyingTest(
  device: Device,
  { training, heldOut, generated }: CopyingRows,
  { cells = 10, seed = 0 }: { readonly cells?: number; readonly seed?: number } = {},
): Promise<CopyingTest> {
  if (!(Number.isInteger(cells) && cells >= 1 && cells <= training.count && generated.count >= cells * fewestInCell)) {
    throw new UserError(
      `The test for copies cannot divide ${training.count} training rows and ${generated.count} generated rows into ${cells} cells; it needs ${fewestInCell} generated rows for each.`,
    )
  }
  const [trainingPoints, heldOutPoints, generatedPoints] = pointsOf([training, heldOut, generated])
  const centers = await cellCenters(device, trainingPoints, cells, seed)
  const cellsOfHeldOut = (await nearestNeighbors(device, heldOutPoints, centers, 1)).indices
  const cellsOfGenerated = (await nearestNeighbors(device, generatedPoints, centers, 1)).indices
  const nearHeldOut = (await nearestNeighbors(device, heldOutPoints, trainingPoints, 1)).indices
  const nearGenerated = (await nearestNeighbors(device, generatedPoints, trainingPoints, 1)).indices
  const toHeldOut = distancesBetween(heldOut, training, nearHeldOut)
  const toGenerated = distancesBetween(generated, training, nearGenerated)

  const compared = Array.from({ length: cells }, (_, cell): Cell => {
    const ofHeldOut = toHeldOut.filter((_, row) => cellsOfHeldOut[row] === cell)
    const ofGenerated = toGenerated.filter((_, row) => cellsOfGenerated[row] === cell)
    return { heldOut: ofHeldOut.length, generated: ofGenerated.length, z: mannWhitneyZ(ofGenerated, ofHeldOut) }
  }).filter((cell) => cell.generated >= fewestInCell && cell.heldOut > 0)
  const weight = compared.reduce((sum, cell) => sum + cell.heldOut, 0)
  if (weight === 0) {
    throw new UserError('No held-out row lies near any of the generated ones, so nothing can be said about copies.')
  }
  const statistic = compared.reduce((sum, { heldOut: count, z }) => sum + z * count, 0) / weight
  const near = toHeldOut.toSorted()[Math.floor(heldOut.count / 100)]
  return {
    statistic,
    verdict: statistic < -significant ? 'copies' : statistic > significant ? 'distant' : 'unsuspicious',
    suspicious: toGenerated.filter((distance) => distance < near).length / generated.count,
    cells: compared,
    generated: { indices: nearGenerated, distances: toGenerated },
    heldOut: { indices: nearHeldOut, distances: toHeldOut },
  }
}

/** Exactly, as products leave only a few digits of the distance between a row and its copy. */
const distancesBetween = (from: Rows, to: Rows, indices: Int32Array): Float64Array =>
  Float64Array.from(indices, (index, row) => {
    let sum = 0
    for (let i = 0; i < from.size; i++) sum += (from.values[row * from.size + i] - to.values[index * to.size + i]) ** 2
    return Math.sqrt(sum)
  })
