import { draw, pickRows } from '../../metrics/statistics/random-draw.ts'
import { rowsOfClasses } from '../../baselines/baseline-model.ts'
import type { LabeledRows } from '../../baselines/baseline-model.ts'
import { range } from '../../tensor/shape.ts'

/** So many of each class come first, so that small training sets hold the rare classes too. */
const ofEachAtFirst = 10

/**
 * All rows in a stratified order: every beginning of it holds each class in proportion to its share, after ten of each class. So
 * training sets of different sizes are balanced, and each holds the smaller ones.
 * @param seed a whole number in [0, 2^31).
 */
export function stratifiedOrder(labels: ArrayLike<number>, classes: number, seed: number): Int32Array {
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

/** The first `perClass` rows of each class, class after class in turn. There have to be as many. */
export function firstOfEachClass({ rows, labels, classes }: LabeledRows, perClass: number): LabeledRows {
  const members = rowsOfClasses(labels, classes)
  const places = Int32Array.from(range(perClass).flatMap((turn) => members.map((own) => own[turn])))
  return { rows: pickRows(rows, places), labels: Int32Array.from(places, (place) => labels[place]), classes }
}
