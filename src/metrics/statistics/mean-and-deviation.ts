/** The mean of numbers, and how far they lie from it. */
export interface Spread {
  /** The sum by the count. */
  readonly mean: number
  /** The root of the mean squared distance from the mean. */
  readonly deviation: number
}

export function spreadOf(values: ArrayLike<number>): Spread {
  const mean = meanOf(values, (value) => value)
  return { mean, deviation: Math.sqrt(meanOf(values, (value) => (value - mean) ** 2)) }
}

function meanOf(values: ArrayLike<number>, of: (value: number) => number): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += of(values[i])
  return sum / values.length
}
