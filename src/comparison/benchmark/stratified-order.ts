import { draw, pickRows } from '../../metrics/draw.ts'
import { rowsOfClasses } from '../../baselines/baseline-model.ts'
import type { LabeledRows } from '../../baselines/baseline-model.ts'
import { range } from '../../tensor/shape.ts'

/** So many of each class come first, so that whoever learns from few knows the rare ones as well. */
const ofEachAtFirst = 10

/**
 * All rows in an order whose beginnings have as many of each class as its share of all would have it, but ten of each to begin with. The
 * first of more rows are always the same: so whoever learns from fewer images learns from some of those that others learn from.
 * @param seed a whole number in [0, 2^31).
 */
export function inProportion(labels: ArrayLike<number>, classes: number, seed: number): Int32Array {
  const placed = rowsOfClasses(labels, classes).flatMap((rows, label) =>
    Array.from(draw(seed, label, 0, rows.length, rows.length), (place, turn) => ({
      row: rows[place],
      turn,
      share: turn < ofEachAtFirst ? 0 : (turn + 0.5) / rows.length,
    })),
  )
  return Int32Array.from(
    placed.toSorted((a, b) => a.share - b.share || a.turn - b.turn),
    ({ row }) => row,
  )
}

/** The first so many rows of each class, classes in turn. There have to be as many. */
export function fewOfEach({ rows, labels, classes }: LabeledRows, perClass: number): LabeledRows {
  const members = rowsOfClasses(labels, classes)
  const places = Int32Array.from(range(perClass).flatMap((turn) => members.map((own) => own[turn])))
  return { rows: pickRows(rows, places), labels: Int32Array.from(places, (place) => labels[place]), classes }
}
