import { draw } from '../../metrics/draw.ts'

/**
 * All rows in an order in which the classes take turns, each with its rows shuffled: the first n rows have as many of each class as can be,
 * and the first of more rows are always the same. So whoever learns from fewer images learns from some of those that others learn from.
 * @param seed a whole number in [0, 2^31).
 */
export function inTurns(labels: ArrayLike<number>, classes: number, seed: number): Int32Array {
  const members = Array.from({ length: classes }, (): number[] => [])
  for (let row = 0; row < labels.length; row++) members[labels[row]].push(row)
  const shuffled = members.map((rows, label) =>
    Array.from(draw(seed, label, 0, rows.length, rows.length), (place) => rows[place]),
  )
  const order = new Int32Array(labels.length)
  for (let turn = 0, at = 0; at < order.length; turn++) {
    for (const rows of shuffled) if (turn < rows.length) order[at++] = rows[turn]
  }
  return order
}
