/** The pairs of classes that are told apart one by one, in the order in which scikit-learn has them. */
export const pairsOf = (classes: number): (readonly [first: number, second: number])[] =>
  Array.from({ length: classes }, (_, first) =>
    Array.from({ length: classes - first - 1 }, (_each, more) => [first, first + 1 + more] as const),
  ).flat()

const mostRounds = 100

/**
 * Probabilities of all classes from those within each pair (Wu, Lin and Weng 2004, Probability estimates for multi-class
 * classification by pairwise coupling, algorithm 2): the p that minimizes sum over pairs of (r_ji p_i - r_ij p_j)^2.
 * @param within probability of the first class of each of `pairsOf(classes)`, given that it is one of the two.
 */
export function couple(within: ArrayLike<number>, classes: number): Float64Array {
  const r = Array.from({ length: classes }, () => new Float64Array(classes))
  pairsOf(classes).forEach(([first, second], pair) => {
    r[first][second] = Math.min(Math.max(within[pair], 1e-7), 1 - 1e-7)
    r[second][first] = 1 - r[first][second]
  })
  const q = r.map((ofClass, i) =>
    ofClass.map((_, j) => (i === j ? r.reduce((sum, other) => sum + other[i] ** 2, 0) : -r[j][i] * r[i][j])),
  )
  const p = new Float64Array(classes).fill(1 / classes)
  for (let round = 0; round < mostRounds; round++) {
    const qp = q.map((ofClass) => ofClass.reduce((sum, value, j) => sum + value * p[j], 0))
    let pqp = qp.reduce((sum, value, i) => sum + value * p[i], 0)
    if (qp.every((value) => Math.abs(value - pqp) < 0.005 / classes)) break
    for (let t = 0; t < classes; t++) {
      const change = (pqp - qp[t]) / q[t][t]
      p[t] += change
      pqp = (pqp + change * (change * q[t][t] + 2 * qp[t])) / (1 + change) ** 2
      for (let j = 0; j < classes; j++) {
        qp[j] = (qp[j] + change * q[t][j]) / (1 + change)
        p[j] /= 1 + change
      }
    }
  }
  return p
}
