import { add, mul, sigmoid, sub, tanh } from '../../tensor/operations/index.ts'
import type { Cell } from './cell.ts'
import { gates } from './gates.ts'
import type { CellOptions } from './gates.ts'

/**
 * A gated recurrent unit (Cho et al. 2014) by PyTorch's formulas: r = sigmoid(x Wr + br + h Ur + cr), z alike, n =
 * tanh(x Wn + bn + r * (h Un + cn)), h' = (1 - z) * n + z * h. The state is `hidden` [units]. Variables are
 * `input.weight` [features, 3 units], `input.bias`, `hidden.weight` [units, 3 units] and `hidden.bias`, in the
 * order r, z, n.
 */
export function gru(units: number, options: CellOptions = {}): Cell {
  const { init, ofInputs, ofOutput, each } = gates('gru', 3, units, options)
  return {
    name: 'gru',
    mixesBatch: false,
    state: { hidden: units },
    init,
    prepare: ofInputs,
    step(traced, input, { hidden }) {
      const [inputReset, inputUpdate, inputNew] = each(input)
      const [hiddenReset, hiddenUpdate, hiddenNew] = each(ofOutput(traced, hidden))
      const reset = sigmoid(add(inputReset, hiddenReset))
      const update = sigmoid(add(inputUpdate, hiddenUpdate))
      const fresh = tanh(add(inputNew, mul(reset, hiddenNew)))
      return { hidden: add(fresh, mul(update, sub(hidden, fresh))) }
    },
  }
}
