/** Two samples in one order. */
export interface Ranks {
  /** The sum of the ranks of the first sample, from 1 on; equal numbers share the mean of theirs. */
  readonly sum: number
  /** Over all runs of t equal numbers, the sum of t^3 - t. */
  readonly ties: number
}

/** Ranks the numbers of x among those of both samples, none of which is NaN. */
export function rankAmong(x: ArrayLike<number>, y: ArrayLike<number>): Ranks {
  const values = Float64Array.from([...Array.from(x), ...Array.from(y)])
  const order = values.map((_, index) => index).toSorted((a, b) => values[a] - values[b])
  let [sum, ties] = [0, 0]
  for (let first = 0, end: number; first < order.length; first = end) {
    end = first + 1
    while (end < order.length && values[order[end]] === values[order[first]]) end++
    const rank = (first + 1 + end) / 2
    for (let place = first; place < end; place++) if (order[place] < x.length) sum += rank
    ties += (end - first) ** 3 - (end - first)
  }
  return { sum, ties }
}

/** U of Mann and Whitney (1947): how many pairs have x > y, where ties count half. */
export const pairsAbove = ({ sum }: Ranks, count: number): number => sum - (count * (count + 1)) / 2
