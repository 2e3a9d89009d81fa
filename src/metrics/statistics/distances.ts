/**
 * Squared distances between all points of two sets, as matrix products: |a|^2 + |b|^2 - 2 a.b. They never stand in memory together: a
 * compiled program makes a block of a thousand by a thousand, reduces it at once, and the next block follows.
 */
import { compile } from '../../runtime/compile.ts'
import { readFloats, write } from '../../runtime/device.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { add, matmul, min, mul, reshape, sub, transpose } from '../../tensor/operations/index.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import { filledUp, inTurn, keptByDevice } from './on-device.ts'
import type { Points } from './centered-points.ts'

/** Rows of one set against rows of another, which stand in the columns. */
interface Block {
  readonly row: number
  readonly rows: number
  readonly column: number
  readonly columns: number
  /** As many rows and columns as results are made for. What lies beyond those of the block means nothing. */
  readonly side: Side
}

interface Side {
  readonly rows: number
  readonly columns: number
}

/** What is made of the distances of a block within the program. */
export interface Reduction {
  /** Tells kept programs apart. */
  readonly name: string
  /** Shapes of what is fed with every block of that many rows and columns, beside the points. */
  readonly inputs: (rows: number, columns: number) => readonly Shape[]
  /**
   * f32 results. `closeness` is [rows, columns]: minus the squared distance, at most 0, and -Infinity where a block reaches beyond
   * the end of a set.
   */
  readonly results: (closeness: Tensor, inputs: readonly Tensor[]) => readonly Tensor[]
}

/** Takes the results of a block. */
type Visit = (results: readonly Float32Array[], block: Block) => void

/** What a reduction asks for, of any length up to that of its input; what is missing is 0. */
type Feed = (block: Block) => readonly Float32Array[]

/** Reduces the distances of all blocks, those of the same rows one after the other. */
export async function walkDistances(
  device: Device,
  [from, to]: readonly [Points, Points],
  reduction: Reduction,
  visit: Visit,
  feed: Feed = () => [],
): Promise<void> {
  const side = { rows: blockSide(from), columns: blockSide(to) }
  await inTurn(device, async () => {
    const program = await blockProgram(device, reduction, from.size, side.rows, side.columns)
    for (const block of blocksOf(from.count, to.count, side)) {
      writePoints(device, program.from, from, block.row, block.rows)
      writePoints(device, program.to, to, block.column, block.columns)
      for (const [index, values] of feed(block).entries()) writeFirst(device, program.inputs[index], values, 0)
      await program.run()
      visit(
        program.results.map(({ tensor }) => readFloats(device, tensor)),
        block,
      )
    }
  })
}

function* blocksOf(rowCount: number, columnCount: number, side: Side): Generator<Block> {
  for (let row = 0; row < rowCount; row += side.rows) {
    for (let column = 0; column < columnCount; column += side.columns) {
      const rows = Math.min(side.rows, rowCount - row)
      yield { row, rows, column, columns: Math.min(side.columns, columnCount - column), side }
    }
  }
}

/** The points of a block at most: 16 MB. */
const mostFloats = 4_000_000

/** Blocks have two sizes, for few and for many points, so that few programs are compiled. */
const blockSide = ({ count, size }: Points): number =>
  Math.min(count <= 64 ? 64 : 1000, Math.max(16, Math.floor(mostFloats / size)))

const blockProgram = keptByDevice(
  ({ name }: Reduction, size: number, rows: number, columns: number) => `${name} ${size} ${rows} ${columns}`,
  async (device, { inputs: shapesOf, results: resultsOf }, size, rows, columns) => {
    const from = pointVariables(device, 'from', rows, size)
    const to = pointVariables(device, 'to', columns, size)
    const inputs = shapesOf(rows, columns).map((shape, i) => device.variable(`input ${i}`, shape))
    const products = matmul(from.values.tensor, transpose(to.values.tensor))
    const squares = add(reshape(from.squares.tensor, [rows, 1]), to.squares.tensor)
    const closeness = min(sub(mul(products, 2), squares), 0)
    const reduced = resultsOf(
      closeness,
      inputs.map(({ tensor }) => tensor),
    )
    const results = reduced.map(({ shape }, i) => device.variable(`result ${i}`, shape))
    const { run } = await compile(device, { updates: results.map((result, i) => [result, reduced[i]]), report: {} })
    return { from, to, inputs, results, run }
  },
)

interface PointVariables {
  readonly values: Variable
  readonly squares: Variable
}

/** Shared by all programs of the same size. */
const pointVariables = keptByDevice(
  (side: 'from' | 'to', count: number, size: number) => `${side} ${count} ${size}`,
  (device, side, count, size): PointVariables => ({
    values: device.variable(`${side} values`, [count, size]),
    squares: device.variable(`${side} squares`, [count]),
  }),
)

/** Beyond the last point lies nothing, at an infinite distance. */
function writePoints(device: Device, variables: PointVariables, points: Points, first: number, count: number): void {
  const { values, squares, size } = points
  writeFirst(device, variables.values, values.subarray(first * size, (first + count) * size), 0)
  writeFirst(device, variables.squares, squares.subarray(first, first + count), Infinity)
}

const writeFirst = (device: Device, variable: Variable, values: Float32Array, rest: number): void =>
  write(device, variable, filledUp(values, variable.block.size, rest))
