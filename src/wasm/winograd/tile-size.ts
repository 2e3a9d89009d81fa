import type { SumOrder, TileSize } from '../../kernels/target.ts'
import { divisors, range } from '../../tensor/shape.ts'
import { idleShare } from '../tiling.ts'

/** What a tile's points may take of a thread's scratch memory: most second-level caches hold that. */
const mostBytes = { ofImages: 640 * 1024, ofGradients: 960 * 1024 } as const

/** What narrow tiles cost beside their products, times the rows or columns for which it is done once; by timing. */
const costs = { ofImages: { rows: 4, columns: 12 }, ofGradients: { rows: 11, columns: 8 } } as const

/** Rows (tiles of pixels) and columns (units) that a thread takes at a time of a convolution. */
export function imagesTileSize(
  { points, tiles, units, panel, depth }: Readonly<Record<'points' | 'tiles' | 'units' | 'panel' | 'depth', number>>,
  registers: number,
): TileSize {
  const most = Math.min(Math.ceil(tiles / registers), Math.floor(96 / registers))
  const sizes = divisors(units, 128, panel).flatMap((columns) =>
    range(most).map((i) => ({ rows: (i + 1) * registers, columns })),
  )
  const fitting = sizes.filter(({ rows, columns }) => points * rows * (columns + depth) * 4 <= mostBytes.ofImages)
  return cheapest(fitting, ({ rows, columns }) => idleShare(Math.ceil(tiles / rows), units / columns), costs.ofImages)
}

/** Rows (channels) and columns (units) of the gradient of a kernel, and how many tiles of pixels are summed at a time. */
export function gradientTileSize(
  { points, terms, channels, units }: Readonly<Record<'points' | 'terms' | 'channels' | 'units', number>>,
  multiple: SumOrder['winograd']['multiple'],
): TileSize & { readonly depth: number } {
  const sizes = divisors(units, 128, multiple.units).flatMap((columns) =>
    divisors(channels, 64, multiple.channels).flatMap((rows) => [32, 64].map((depth) => ({ rows, columns, depth }))),
  )
  const bytes = ({ rows, columns, depth }: (typeof sizes)[number]) =>
    points * (rows * columns + depth * (rows + columns)) * 4
  const { depth, ...size } = cheapest(
    sizes.filter((one) => bytes(one) <= mostBytes.ofGradients),
    (one) => 1 / one.depth,
    costs.ofGradients,
  )
  return { ...size, depth: Math.min(depth, terms) }
}

function cheapest<T extends TileSize>(sizes: readonly T[], otherCost: (size: T) => number, narrowness: TileSize): T {
  const cost = (size: T) => otherCost(size) + narrowness.rows / size.rows + narrowness.columns / size.columns
  return sizes.reduce((best, size) => (cost(size) < cost(best) ? size : best))
}
