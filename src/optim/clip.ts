import { sumSquares } from '../tensor/composite.ts'
import { add, constant, div, min, mul, sqrt } from '../tensor/operations/index.ts'
import { mapVariables } from './optimizer.ts'
import type { Optimizer } from './optimizer.ts'

/** The optimizer, given gradients that are scaled down together where their common Euclidean norm exceeds `norm`. */
export const clipped = (norm: number, optimizer: Optimizer): Optimizer => ({
  ...optimizer,
  update(gradients, state, parameters, step) {
    const squares = Object.values(gradients).map((gradient) => sumSquares(gradient))
    const length = sqrt(squares.reduce(add, constant(0)))
    // As in PyTorch: a length of 0 would divide by 0.
    const scale = min(div(norm, add(length, 1e-6)), 1)
    return optimizer.update(
      mapVariables(gradients, (gradient) => mul(gradient, scale)),
      state,
      parameters,
      step,
    )
  },
})
