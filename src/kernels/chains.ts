import { bytesIn } from './nest.ts'
import type { Block } from './nest.ts'
import type { Dependencies } from './dependencies.ts'

/**
 * Orders that come to the end of one chain of kernels before they begin the next, each right one after the other. Which chain had better
 * come first differs from game to game, so there are four: from the kernels on that nothing depends on, those with the longest chains
 * behind them first or last, and what each of them depends on likewise.
 */
export function chainOrders(dependencies: Dependencies): number[][] {
  const { before, after } = dependencies
  const length = chainLengths(dependencies)
  const longest = (kernels: readonly number[]) => kernels.toSorted((a, b) => length[b] - length[a])
  const shortest = (kernels: readonly number[]) => kernels.toSorted((a, b) => length[a] - length[b])
  const ends = [...after.keys()].filter((index) => after[index].length === 0)
  return [longest, shortest].flatMap((first) =>
    [longest, shortest].map((next) => {
      const order = new Set<number>()
      const place = (index: number) => {
        if (order.has(index)) return
        next(before[index]).forEach(place)
        order.add(index)
      }
      first(ends).forEach(place)
      return freeingFirst([...order], dependencies)
    }),
  )
}

/** Of the longest chain that ends with each kernel: bytes of temporaries that are touched. */
function chainLengths({ before, temporaries }: Dependencies): number[] {
  const lengths: number[] = []
  for (const [index, needed] of before.entries()) {
    const own = temporaries[index].reduce((sum, block) => sum + bytesIn(block), 0)
    lengths[index] = own + Math.max(0, ...needed.map((other) => lengths[other]))
  }
  return lengths
}

/** The same order, but each kernel is followed at once by all that can run then and need no more memory than they free. */
function freeingFirst(kernels: readonly number[], { before, after, temporaries, users }: Dependencies): number[] {
  const missing = before.map(({ length }) => length)
  const usersLeft = new Map([...users].map(([block, { length }]) => [block, length]))
  const needed = new Set<Block>()
  const ready = new Set(kernels.filter((index) => missing[index] === 0))
  const order = new Set<number>()
  const growth = (index: number) =>
    temporaries[index].reduce((sum, block) => {
      const isLast = usersLeft.get(block) === 1
      if (needed.has(block) !== isLast) return sum
      return sum + (isLast ? -1 : 1) * bytesIn(block)
    }, 0)
  const place = (index: number) => {
    order.add(index)
    ready.delete(index)
    for (const block of temporaries[index]) {
      const left = (usersLeft.get(block) ?? 0) - 1
      usersLeft.set(block, left)
      if (left > 0) needed.add(block)
      else needed.delete(block)
    }
    for (const later of after[index]) if (--missing[later] === 0) ready.add(later)
  }
  for (const index of kernels) {
    if (order.has(index)) continue
    place(index)
    // What becomes ready while the set is walked is walked as well.
    for (const next of ready) if (growth(next) <= 0) place(next)
  }
  return [...order]
}
