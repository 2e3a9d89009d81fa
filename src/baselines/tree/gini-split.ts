import type { Columns } from './columns.ts'
import { countLabels } from '../baseline-model.ts'

/** Where a node is divided: rows whose number in this column is at most the threshold go left. */
export interface Split {
  readonly column: number
  readonly threshold: number
}

/** What a look at all columns of a node finds. */
export interface Found {
  /** The best split; null where no column tells the rows apart. */
  readonly split: Split | null
  /** The columns in which the rows differ: below this node, no others need to be looked at. */
  readonly varying: Int32Array
}

/** Up to so many rows are sorted; more are counted, by value. */
const mostSorted = 48

/**
 * Finds the split of some rows that leaves the least Gini impurity (Breiman et al. 1984, section 4.3); among equals that of
 * the first column and the lowest threshold. Thresholds lie midway between neighbouring values of the rows.
 * @param leastLeaf how many rows must go to either side.
 */
export function splitter(columns: Columns, labels: Int32Array, classes: number, leastLeaf: number) {
  const { ranks, values } = columns
  const count = labels.length
  const most = values.reduce((length, ofColumn) => Math.max(length, ofColumn.length), 0)
  const totals = new Uint32Array(most)
  const histogram = new Uint32Array(most * classes)

  // One column of the rows in ascending order: so many rows of this rank and class, and so on.
  const runs = Math.max(mostSorted, most * classes)
  const rankOf = new Uint32Array(runs)
  const classOf = new Uint32Array(runs)
  const countOf = new Uint32Array(runs)
  const sorted = new Float64Array(mostSorted)

  function sort(rows: Int32Array, classesOf: Int32Array, column: number): number {
    const base = column * count
    for (let i = 0; i < rows.length; i++) {
      const key = ranks[base + rows[i]] * classes + classesOf[i]
      let place = i
      for (; place > 0 && sorted[place - 1] > key; place--) sorted[place] = sorted[place - 1]
      sorted[place] = key
    }
    for (let i = 0; i < rows.length; i++) {
      const rank = Math.floor(sorted[i] / classes)
      rankOf[i] = rank
      classOf[i] = sorted[i] - rank * classes
      countOf[i] = 1
    }
    return rows.length
  }

  function tally(rows: Int32Array, classesOf: Int32Array, column: number): number {
    const base = column * count
    let lowest = most
    let highest = 0
    for (let i = 0; i < rows.length; i++) {
      const rank = ranks[base + rows[i]]
      totals[rank]++
      histogram[rank * classes + classesOf[i]]++
      if (rank < lowest) lowest = rank
      if (rank > highest) highest = rank
    }
    let length = 0
    for (let rank = lowest; rank <= highest; rank++) {
      if (totals[rank] === 0) continue
      totals[rank] = 0
      for (let label = 0; label < classes; label++) {
        const at = rank * classes + label
        if (histogram[at] === 0) continue
        rankOf[length] = rank
        classOf[length] = label
        countOf[length++] = histogram[at]
        histogram[at] = 0
      }
    }
    return length
  }

  const left = new Float64Array(classes)
  const right = new Float64Array(classes)

  return function bestSplit(rows: Int32Array, among: Int32Array): Found {
    const classesOf = rows.map((row) => labels[row])
    const ofAll = Float64Array.from(countLabels(classesOf, classes))
    const squares = ofAll.reduce((sum, n) => sum + n * n, 0)
    const list = rows.length <= mostSorted ? sort : tally
    const varying: number[] = []
    let split: Split | null = null
    // The impurity that is left is the number of rows minus this: on each side, the squared counts over the number of rows.
    let bestScore = -Infinity
    for (const column of among) {
      const length = list(rows, classesOf, column)
      if (rankOf[0] === rankOf[length - 1]) continue
      varying.push(column)
      left.fill(0)
      right.set(ofAll)
      let leftCount = 0
      let leftSquares = 0
      let rightSquares = squares
      for (let i = 0; i < length; i++) {
        const rightCount = rows.length - leftCount
        if (i > 0 && rankOf[i] !== rankOf[i - 1] && leftCount >= leastLeaf && rightCount >= leastLeaf) {
          const score = leftSquares / leftCount + rightSquares / rightCount
          if (score > bestScore) {
            bestScore = score
            split = { column, threshold: midway(values[column], rankOf[i - 1], rankOf[i]) }
          }
        }
        const label = classOf[i]
        const n = countOf[i]
        leftSquares += n * (2 * left[label] + n)
        rightSquares -= n * (2 * right[label] - n)
        left[label] += n
        right[label] -= n
        leftCount += n
      }
    }
    return { split, varying: Int32Array.from(varying) }
  }
}

/** Midway between two values; the lower one where no number lies between. */
function midway(values: Float32Array, lower: number, upper: number): number {
  const middle = values[lower] / 2 + values[upper] / 2
  return middle < values[upper] ? middle : values[lower]
}
