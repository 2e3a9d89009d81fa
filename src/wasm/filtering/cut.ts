import type { SumOrder } from '../../kernels/target.ts'
import { divisors, range } from '../../tensor/shape.ts'
import { idleShare } from '../tiling.ts'

/** What a tile's points may take of a thread's scratch memory: most second-level caches hold that. */
const mostBytes = { ofImages: 640 * 1024, ofGradients: 960 * 1024 } as const

/** What narrow tiles cost beside their products, times the rows or columns for which it is done once; by timing. */
const costs = { ofImages: { rows: 4, columns: 12 }, ofGradients: { rows: 11, columns: 8 } } as const

/** Rows (tiles of pixels) and columns (units) that a thread takes at a time of a convolution. */
export function imagesCut(
  { points, tiles, units, panel, depth }: Readonly<Record<'points' | 'tiles' | 'units' | 'panel' | 'depth', number>>,
  registers: number,
): Cut {
  const most = Math.min(Math.ceil(tiles / registers), Math.floor(96 / registers))
  const cuts = divisors(units, 128, panel).flatMap((columns) =>
    range(most).map((i) => ({ rows: (i + 1) * registers, columns })),
  )
  const fitting = cuts.filter(({ rows, columns }) => points * rows * (columns + depth) * 4 <= mostBytes.ofImages)
  return cheapest(fitting, ({ rows, columns }) => idleShare(Math.ceil(tiles / rows), units / columns), costs.ofImages)
}

/** Rows (channels) and columns (units) of the gradient of a kernel, and how many tiles of pixels are summed at a time. */
export function gradientCut(
  { points, terms, channels, units }: Readonly<Record<'points' | 'terms' | 'channels' | 'units', number>>,
  multiple: SumOrder['winograd']['multiple'],
): Cut & { readonly depth: number } {
  const cuts = divisors(units, 128, multiple.units).flatMap((columns) =>
    divisors(channels, 64, multiple.channels).flatMap((rows) => [32, 64].map((depth) => ({ rows, columns, depth }))),
  )
  const bytes = ({ rows, columns, depth }: (typeof cuts)[number]) =>
    points * (rows * columns + depth * (rows + columns)) * 4
  const { depth, ...cut } = cheapest(
    cuts.filter((one) => bytes(one) <= mostBytes.ofGradients),
    (one) => 1 / one.depth,
    costs.ofGradients,
  )
  return { ...cut, depth: Math.min(depth, terms) }
}

interface Cut {
  readonly rows: number
  readonly columns: number
}

function cheapest<C extends Cut>(cuts: readonly C[], otherCost: (cut: C) => number, narrowness: Cut): C {
  const cost = (cut: C) => otherCost(cut) + narrowness.rows / cut.rows + narrowness.columns / cut.columns
  return cuts.reduce((best, cut) => (cost(cut) < cost(best) ? cut : best))
}
