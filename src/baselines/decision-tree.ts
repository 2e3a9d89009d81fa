/**
 * A decision tree (Breiman, Friedman, Olshen and Stone 1984, Classification and regression trees), grown as scikit-learn's
 * DecisionTreeClassifier grows it: best splits by Gini impurity until leaves are pure.
 */
import type { Rows } from '../metrics/statistics/rows.ts'
import { columnsOf } from './tree/columns.ts'
import { splitter } from './tree/gini-split.ts'
import type { Split } from './tree/gini-split.ts'
import { countLabels, requireLabeled } from './baseline-model.ts'
import type { Discriminative } from './baseline-model.ts'

/** When a tree stops growing, and how sure its leaves are. */
export interface TreeOptions {
  /** Questions on the way to a leaf, at most; default any number. */
  readonly maxDepth?: number
  /** Fewer rows than these are not divided; default 2. */
  readonly leastSplit?: number
  /** Rows in a leaf, at least; default 1. */
  readonly leastLeaf?: number
  /**
   * Rows of each class that a leaf is imagined to have besides its own (Provost and Domingos 2003): a pure leaf of one row is
   * no certainty. Default 0, as in scikit-learn: the shares of its rows.
   */
  readonly imagined?: number
}

/** A tree: a leaf, which knows how likely each class is, or a question and two trees. */
type Tree = { readonly probabilities: readonly number[] } | (Split & { readonly left: Tree; readonly right: Tree })

export const decisionTree = (options: TreeOptions = {}): Discriminative => ({
  name: 'decision tree',
  async fit(data) {
    requireLabeled(data)
    const { maxDepth = Infinity, leastSplit = 2, leastLeaf = 1, imagined = 0 } = options
    const { rows, classes } = data
    const labels = Int32Array.from(data.labels)
    const bestSplit = splitter(columnsOf(rows), labels, classes, leastLeaf)

    function grow(members: Int32Array, columns: Int32Array, depth: number): Tree {
      const counts = countLabels(
        members.map((row) => labels[row]),
        classes,
      )
      const ends = counts.includes(members.length) || depth >= maxDepth || members.length < leastSplit
      const { split, varying } = ends ? { split: null, varying: columns } : bestSplit(members, columns)
      if (split === null) {
        return { probabilities: counts.map((n) => (n + imagined) / (members.length + classes * imagined)) }
      }
      const goesLeft = (row: number) => rows.values[row * rows.size + split.column] <= split.threshold
      const left = members.filter(goesLeft)
      const right = members.filter((row) => !goesLeft(row))
      return { ...split, left: grow(left, varying, depth + 1), right: grow(right, varying, depth + 1) }
    }

    const tree = grow(range(rows.count), range(rows.size), 0)
    return { probabilities: async (asked) => answers(tree, asked, classes) }
  },
})

const range = (length: number): Int32Array => Int32Array.from({ length }, (_, index) => index)

function answers(tree: Tree, { values, count, size }: Rows, classes: number): Rows {
  const probabilities = new Float32Array(count * classes)
  for (let row = 0; row < count; row++) {
    let at = tree
    while ('column' in at) at = values[row * size + at.column] <= at.threshold ? at.left : at.right
    probabilities.set(at.probabilities, row * classes)
  }
  return { values: probabilities, count, size: classes }
}
