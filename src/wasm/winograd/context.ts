import type { Nest, Winograd } from '../../kernels/nest.ts'
import type { Target } from '../../kernels/target.ts'
import { pointsOf } from '../../kernels/winograd.ts'
import { sizeOf } from '../../tensor/shape.ts'
import type { Module } from '../emit.ts'
import type { Library } from '../micro.ts'
import type { Product } from '../orientation.ts'
import type { Environment } from '../rows.ts'

/** What the kernel of a convolution by Winograd's algorithm is made with. */
export interface WinogradContext<Kind extends Winograd = Winograd> {
  readonly module: Module
  readonly library: Library
  readonly name: string
  readonly nest: Nest
  readonly producer: Kind
  readonly environment: Environment
  readonly registerTile: RegisterTile
}

/** Rows and vectors of four columns that the micro-kernel holds in registers. */
export interface RegisterTile {
  readonly registers: number
  readonly vectors: number
}

/** How many tiles of pixels there are: of each image, down, across. */
export const tilesOf = ({ images, directions: [down, across] }: Winograd): readonly [number, number, number] => [
  images,
  down.pairs,
  across.pairs,
]

/** The products of all points, as other products of matrices. */
export const productOf = ({ body }: Nest, producer: Winograd): Product => ({
  batch: [pointsOf(producer.directions)],
  m: sizeOf(tilesOf(producer)),
  n: producer.units,
  k: producer.channels,
  a: producer.data,
  b: producer.filter,
  body,
  windows: null,
})

/** So many bytes or a few more, so that points, which are worked on together, do not fall into the same few cache sets. */
export function spread(bytes: number, { line, sets }: Target['cache']): number {
  let lines = Math.ceil(bytes / line)
  while (lines % 2 === 0 || lines % sets < 3 || lines % sets > sets - 3) lines++
  return lines * line
}
