import { UserError } from '../../tensor/errors.ts'
import { broadcast, concat, constant, reshape, sliceAxis, transpose } from '../../tensor/operations/index.ts'
import { range, sameShape } from '../../tensor/shape.ts'
import { shapeError, showShape } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import { applyChildren, initializeChildren } from '../children.ts'
import type { AppliedChildren, Child } from '../children.ts'
import type { Layer } from '../layer.ts'
import type { Cell } from './cell.ts'

/** How a cell is repeated. */
export interface RecurrentOptions {
  /** What is given: the outputs of all steps, [length, size], or that of the last one, [size]. */
  readonly output: 'sequence' | 'last'
  /**
   * Steps over a vector, which every step then sees. Without it, the input is a sequence with one element for each
   * step.
   */
  readonly length?: number
  /**
   * Whether steps go from the last element to the first; each output stays at the place of its input. Default
   * false.
   */
  readonly reverse?: boolean
  /**
   * A layer of the whole input that gives the first state, all parts side by side: [sum of their sizes], such as
   * `given('name')` or `stack([given('name'), dense(units)])`. Default zeros.
   */
  readonly initial?: Layer
}

/**
 * A cell over a sequence, [length, features] -> [length, size] or [size], its variables shared by all steps. Both
 * directions beside each other are `branches` of two recurrences. Steps are unrolled, so lengths are fixed: 32
 * steps of 64 units, with their derivatives, are 170 kernels for a GRU and 400 for an LSTM, and compile in about
 * half a second. The variables are those of the cell, and 'initial....'.
 */
export function recurrent(cell: Cell, options: RecurrentOptions): Layer {
  const { output, length, reverse = false, initial } = options
  if (length !== undefined && !(Number.isInteger(length) && length >= 1))
    throw new UserError(`A recurrence cannot have ${length} steps; give a whole number from 1 on.`)
  const first: Child | null = initial === undefined ? null : { name: 'initial', layer: initial }
  const parts = Object.entries(cell.state)
  const [outputPart, size] = parts[0]
  const stateSize = parts.reduce((total, [, width]) => total + width, 0)

  function begin(traced: AppliedChildren, x: Tensor): Variables {
    const whole = first === null ? null : traced.apply(first, x)
    let from = 0
    const states = parts.map(([name, width]) => {
      const state = whole ? sliceAxis(whole, 1, from, width) : broadcast(constant(0), [x.shape[0], width])
      from += width
      return [name, state] as const
    })
    return Object.fromEntries(states)
  }

  return {
    name: cell.name,
    mixesBatch: cell.mixesBatch || initial?.mixesBatch === true,
    init(inputShape, random, given) {
      requireInput(inputShape)
      const made = initializeChildren(random, given)
      cell.init(made, inputShape[inputShape.length - 1])
      if (first !== null) {
        const shape = made.init(first, inputShape)
        if (!sameShape(shape, [stateSize])) {
          const wanted = `a first state of ${parts.map(([name, width]) => `${name} [${width}]`).join(' and ')}`
          throw shapeError(cell.name, [inputShape], `its initial layer gives ${showShape(shape)}, not ${wanted}`)
        }
      }
      return made.initialized(output === 'last' ? [size] : [length ?? inputShape[0], size])
    },
    apply(variables, x, mode) {
      const traced = applyChildren(variables, mode)
      const inputs = inputsOf(traced, x)
      let state = begin(traced, x)
      const outputs = new Map<number, Tensor>()
      const places = range(inputs.length)
      for (const place of reverse ? places.toReversed() : places) {
        state = cell.step(traced, inputs[place], state)
        outputs.set(place, state[outputPart])
      }
      if (output === 'last') return traced.applied(state[outputPart])
      // Step by step in memory, as the steps write and read them.
      const rows = places.flatMap((place) => outputs.get(place) ?? [])
      const sequence = concat(rows.map((row) => reshape(row, [1, ...row.shape])))
      return traced.applied(transpose(sequence, [1, 0, 2]))
    },
  }

  /** What each step sees, [batch, n]. */
  function inputsOf(traced: AppliedChildren, x: Tensor): Tensor[] {
    const prepare = (rows: Tensor) => cell.prepare?.(traced, rows) ?? rows
    if (length !== undefined) {
      const same = prepare(x)
      return range(length).map(() => same)
    }
    const [batch, steps, features] = x.shape
    const prepared = prepare(reshape(transpose(x, [1, 0, 2]), [steps * batch, features]))
    const byStep = reshape(prepared, [steps, batch, -1])
    return range(steps).map((step) => reshape(sliceAxis(byStep, 0, step, 1), [batch, -1]))
  }

  function requireInput(shape: Shape): void {
    if (length === undefined && shape.length !== 2)
      throw shapeError(cell.name, [shape], 'takes sequences [length, features]; give a length to repeat a vector')
    if (length !== undefined && shape.length !== 1)
      throw shapeError(cell.name, [shape], 'takes a vector where a length is given; leave that out for sequences')
  }
}
