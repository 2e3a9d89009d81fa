/** Where values stand on an axis: `low` at its beginning, `high` at its end, labels at the ticks. */
export interface Scale {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
}

/** Ends of an axis that do not depend on the values. */
export interface FixedEnds {
  readonly low?: number
  readonly high?: number
}

/**
 * An axis for values, about `count` ticks on round numbers. Lone values far outside of what the others span do not stretch
 * it: a single loss of 1e30 would make a flat line of all the rest.
 */
export function scaleFor(values: readonly number[], fixed: FixedEnds = {}, count = 4): Scale {
  const span = usualSpan(values)
  const low = fixed.low ?? span.low
  const high = fixed.high ?? span.high
  const size = Math.max(Math.abs(low), Math.abs(high))
  // All values are as good as one: some room around it.
  const room = size < 1e-30 ? 1 : high - low > 1e-4 * size ? 0 : size / 2
  return rounded(low - (fixed.low === undefined ? room : 0), high + (fixed.high === undefined ? room : 0), fixed, count)
}

/** Of a value: 0 at the low end, 1 at the high end. */
export const placeOn = ({ low, high }: Scale, value: number): number => (value - low) / (high - low)

/** Whether a value is outside of what an axis shows, by more than rounding. */
export const isOff = (scale: Scale, value: number): boolean => Math.abs(placeOn(scale, value) - 0.5) > 0.5 + 1e-6

/** What most values span, and as much again on either side as values reach. */
function usualSpan(values: readonly number[]): { low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b)
  if (sorted.length === 0) return { low: 0, high: 1 }
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))]
  const [low, high] = [quantile(0.02), quantile(0.98)]
  const beyond = high - low
  return { low: Math.max(quantile(0), low - beyond), high: Math.min(quantile(1), high + beyond) }
}

function rounded(low: number, high: number, fixed: FixedEnds, count: number): Scale {
  const distance = roundDistance((high - low) / count)
  const first = Math.floor(low / distance + 1e-9)
  const last = Math.ceil(high / distance - 1e-9)
  const tick = (index: number) => Number((index * distance).toPrecision(12))
  const ends = { low: fixed.low ?? tick(first), high: fixed.high ?? tick(last) }
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => tick(first + index))
  return { ...ends, ticks: ticks.filter((value) => value >= ends.low && value <= ends.high) }
}

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is no less. */
function roundDistance(distance: number): number {
  const power = 10 ** Math.floor(Math.log10(distance))
  const factor = [1, 2, 2.5, 5].find((candidate) => candidate * power >= distance * 0.999) ?? 10
  return factor * power
}
