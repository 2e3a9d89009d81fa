/**
 * Mann and Whitney's test (1947) of whether numbers of one sample tend to be smaller than those of another: how many standard deviations
 * U, the count of pairs with x > y, lies from its mean under equal distributions. Below 0 where the x are smaller. Ties count half,
 * and the deviation allows for them.
 */
export function mannWhitneyZ(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const values = Float64Array.from([...Array.from(x), ...Array.from(y)])
  const order = values.map((_, index) => index).toSorted((a, b) => values[a] - values[b])
  const total = values.length
  let rankSum = 0
  let ties = 0
  for (let first = 0, end: number; first < total; first = end) {
    end = first + 1
    while (end < total && values[order[end]] === values[order[first]]) end++
    const rank = (first + 1 + end) / 2
    for (let place = first; place < end; place++) if (order[place] < x.length) rankSum += rank
    ties += (end - first) ** 3 - (end - first)
  }
  const pairs = x.length * y.length
  const excess = rankSum - (x.length * (x.length + 1)) / 2 - pairs / 2
  const variance = (pairs / 12) * (total + 1 - ties / (total * (total - 1)))
  return variance > 0 ? excess / Math.sqrt(variance) : 0
}
