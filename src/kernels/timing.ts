import { chainOrders } from './chains.ts'
import { bytesIn } from './nest.ts'
import type { Dependencies } from './dependencies.ts'

/** In which phase every kernel runs. */
export type Timing = readonly number[]

/**
 * As few phases as can be: two ways to choose. Most kernels could run in several phases, and when they do
 * decides for how long values need memory. From the earliest phases on, kernels are put off where that is better, which suits what
 * is used up at once, as gradients of weights; from the latest ones on, they are brought forward, which suits chains that nothing
 * depends on, as the second pass of a generator while its opponent still learns. `nests` are in an order that is right one after the other.
 */
export function shortestTimings(dependencies: Dependencies): Timing[] {
  const { before, after } = dependencies
  const order = [...before.keys()]
  const early: number[] = []
  for (const needed of before) early.push(Math.max(-1, ...needed.map((other) => early[other])) + 1)
  const phases = Math.max(-1, ...early) + 1
  const late: number[] = []
  for (const index of order.toReversed())
    late[index] = Math.min(phases, ...after[index].map((other) => late[other])) - 1
  putOff(early, order, dependencies)
  bringForward(late, order, dependencies)
  return [early, late]
}

/**
 * More phases and less memory: one kernel after the other, chain by chain. Only then kernels join others, where that lets values live no
 * longer.
 */
export function leanTimings(dependencies: Dependencies): Timing[] {
  return chainOrders(dependencies).map((order) => {
    const timing: number[] = []
    order.forEach((index, place) => (timing[index] = place))
    putOff(timing, order, dependencies)
    bringForward(timing, order, dependencies)
    return timing
  })
}

/** From the last kernel on, each waits for as long as that lets values live shorter. */
function putOff(timing: number[], order: readonly number[], dependencies: Dependencies): void {
  const phases = Math.max(...timing) + 1
  for (const index of order.toReversed()) {
    const last = Math.min(phases, ...dependencies.after[index].map((other) => timing[other])) - 1
    timing[index] = cheapest(index, timing, last, dependencies)
  }
}

/** From the first kernel on, each hurries as far as that lets values live shorter. */
function bringForward(timing: number[], order: readonly number[], dependencies: Dependencies): void {
  for (const index of order) {
    const first = Math.max(-1, ...dependencies.before[index].map((other) => timing[other])) + 1
    timing[index] = cheapest(index, timing, first, dependencies)
  }
}

/** From the phase of a kernel to another: the one in which it lets values live the shortest; of equal ones, the farthest. */
function cheapest(index: number, timing: Timing, end: number, { temporaries, users }: Dependencies): number {
  const lives = temporaries[index].map((block) => {
    const phases = (users.get(block) ?? []).filter((user) => user !== index).map((user) => timing[user])
    return { bytes: bytesIn(block), first: Math.min(...phases), last: Math.max(...phases) }
  })
  const cost = (phase: number) =>
    lives.reduce((sum, { bytes, first, last }) => sum + bytes * (Math.max(last, phase) - Math.min(first, phase)), 0)
  const start = timing[index]
  let best = { phase: start, cost: cost(start) }
  const step = Math.sign(end - start)
  for (let phase = start; phase !== end;) {
    phase += step
    const other = cost(phase)
    if (other <= best.cost) best = { phase, cost: other }
  }
  return best.phase
}
