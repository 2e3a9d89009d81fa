import { add, mul } from '../../tensor/operations/index.ts'
import { sameShape } from '../../tensor/shape.ts'
import { shapeError, showShape } from '../../tensor/tensor.ts'
import type { Shape } from '../../tensor/tensor.ts'
import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import type { Layer } from '../layer.ts'
import { pointwise } from '../basic/pointwise.ts'

/** What stands beside the branch of a residual block. */
export interface ResidualOptions {
  /** The way past the branch; default x itself, or a projection without bias where the branch changes the number of features alone. */
  readonly shortcut?: Layer
  /** What the branch is multiplied by; default 1. */
  readonly scale?: number
}

/**
 * shortcut(x) + scale * branch(x) (He et al. 2016). Variables are named 'branch....' and 'shortcut....'. Throws a UserError
 * where the two ways end in different shapes, and where a branch that changes height or width has no shortcut beside it.
 */
export function residual(branch: Layer, { shortcut, scale = 1 }: ResidualOptions = {}): Layer {
  const long: Child = { name: 'branch', layer: branch }
  return {
    name: 'residual',
    mixesBatch: branch.mixesBatch || shortcut?.mixesBatch === true,
    init(inputShape, random, given) {
      const made = initializeChildren(random, given)
      const shape = made.init(long, inputShape)
      const past = shortcutBetween(inputShape, shape)
      if (past === null) return made.initialized(shape)
      const end = made.init(past, inputShape)
      if (!sameShape(shape, end))
        throw shapeError('residual', [inputShape], `${endings(shape)} and its shortcut in ${showShape(end)}`)
      return made.initialized(shape)
    },
    apply(variables, x, mode) {
      const traced = applyChildren(variables, mode)
      const output = traced.apply(long, x)
      const past = shortcutBetween(x.shape.slice(1), output.shape.slice(1))
      const beside = past === null ? x : traced.apply(past, x)
      return traced.applied(add(beside, scale === 1 ? output : mul(output, scale)))
    },
  }

  function shortcutBetween(from: Shape, to: Shape): Child | null {
    if (shortcut !== undefined) return { name: 'shortcut', layer: shortcut }
    if (sameShape(from, to)) return null
    if (!sameShape(from.slice(0, -1), to.slice(0, -1)))
      throw shapeError('residual', [from], `${endings(to)}; give it a shortcut that ends there too`)
    return { name: 'shortcut', layer: pointwise(to[to.length - 1], { bias: false }) }
  }
}

const endings = (shape: Shape): string => `its branch ends in ${showShape(shape)}`
