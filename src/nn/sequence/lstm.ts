import { add, mul, sigmoid, tanh } from '../../tensor/operations/index.ts'
import type { Cell } from './cell.ts'
import { gates } from './gates.ts'
import type { CellOptions } from './gates.ts'

/**
 * A long short-term memory (Hochreiter and Schmidhuber 1997) by PyTorch's formulas: i, f, o = sigmoid(x W + b + h U
 * + c), g = tanh(...) alike, cell' = f * cell + i * g, h' = o * tanh(cell'). The state is `hidden` [units], the
 * output, and `cell` [units]. Variables are `input.weight` [features, 4 units], `input.bias`, `hidden.weight`
 * [units, 4 units] and `hidden.bias`, in the order i, f, g, o.
 */
export function lstm(units: number, options: CellOptions = {}): Cell {
  const { init, ofInputs, ofOutput, each } = gates('lstm', 4, units, options)
  return {
    name: 'lstm',
    mixesBatch: false,
    state: { hidden: units, cell: units },
    init,
    prepare: ofInputs,
    step(traced, input, { hidden, cell }) {
      const [enter, forget, candidate, exit] = each(add(input, ofOutput(traced, hidden)))
      const next = add(mul(sigmoid(forget), cell), mul(sigmoid(enter), tanh(candidate)))
      return { hidden: mul(sigmoid(exit), tanh(next)), cell: next }
    },
  }
}
