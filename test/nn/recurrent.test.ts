import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import type { Cell, Layer, LayerVariables } from '../../src/nn/index.ts'
import { int, modelBytes, nodeMessage, valueMessage } from '../../src/onnx/messages.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { numberField } from '../../src/tensor/fields.ts'
import { add, concat, literal } from '../../src/tensor/operations/index.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { expectClose, runOnnx, spread } from '../onnx/onnx-runtime.ts'
import { random } from './catalogue.ts'

const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]
const [batch, length, features, units] = [2, 4, 3, 2]
const xs = spread([batch, length, features], 1)
const x = literal(xs, [batch, length, features])
const sigmoid = (value: number) => 1 / (1 + Math.exp(-value))

/** Plain numbers for the variables of a cell of so many gates, named as the layer names them. */
function variablesOf(count: number): { plain: Record<string, number[]>; variables: LayerVariables } {
  const shapes: Record<string, Shape> = {
    'input.weight': [features, count * units],
    'input.bias': [count * units],
    'hidden.weight': [units, count * units],
    'hidden.bias': [count * units],
  }
  const plain = Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, spread(shape, i + 2)]))
  const parameters = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, literal(plain[name], shape)]),
  )
  return { plain, variables: { parameters, buffers: {} } }
}

/** weight^T vector + bias, for all gates: [gate][unit]. */
function sums(vector: readonly number[], weight: readonly number[], bias: readonly number[]): number[][] {
  const all = bias.map((first, column) =>
    vector.reduce((sum, v, row) => sum + v * weight[row * bias.length + column], first),
  )
  return Array.from({ length: bias.length / units }, (_, gate) => all.slice(gate * units, (gate + 1) * units))
}

type State = { hidden: number[]; cell: number[] }
type Step = (input: readonly number[], state: State, plain: Record<string, number[]>) => State

/** torch.nn.GRU's documentation, line by line. */
const gruStep: Step = (input, { hidden, cell }, plain) => {
  const [ir, iz, inew] = sums(input, plain['input.weight'], plain['input.bias'])
  const [hr, hz, hnew] = sums(hidden, plain['hidden.weight'], plain['hidden.bias'])
  const next = hidden.map((h, i) => {
    const [r, z] = [sigmoid(ir[i] + hr[i]), sigmoid(iz[i] + hz[i])]
    const n = Math.tanh(inew[i] + r * hnew[i])
    return (1 - z) * n + z * h
  })
  return { hidden: next, cell }
}

/** torch.nn.LSTM's documentation, line by line. */
const lstmStep: Step = (input, { hidden, cell }, plain) => {
  const ofInput = sums(input, plain['input.weight'], plain['input.bias'])
  const ofHidden = sums(hidden, plain['hidden.weight'], plain['hidden.bias'])
  const gate = (index: number, unit: number) => ofInput[index][unit] + ofHidden[index][unit]
  const next = cell.map((c, i) => sigmoid(gate(1, i)) * c + sigmoid(gate(0, i)) * Math.tanh(gate(2, i)))
  return { hidden: next.map((c, i) => sigmoid(gate(3, i)) * Math.tanh(c)), cell: next }
}

/** [batch, length, units] by loops over numbers. */
function byHand(
  step: Step,
  plain: Record<string, number[]>,
  first: (sample: number) => State,
  reverse = false,
): number[] {
  return Array.from({ length: batch }, (_, sample) => {
    let state = first(sample)
    const outputs: number[][] = []
    for (let turn = 0; turn < length; turn++) {
      const place = reverse ? length - 1 - turn : turn
      const from = (sample * length + place) * features
      state = step(xs.slice(from, from + features), state, plain)
      outputs[place] = state.hidden
    }
    return outputs.flat()
  }).flat()
}

const nothing = (): State => ({ hidden: [0, 0], cell: [0, 0] })
const cells: [name: string, cell: Cell, gates: number, step: Step][] = [
  ['gru', nn.gru(units), 3, gruStep],
  ['lstm', nn.lstm(units), 4, lstmStep],
]

describe.each(cells)('%s', (name, cell, gates, step) => {
  const { plain, variables } = variablesOf(gates)
  const apply = (layer: Layer, given = {}) => numbers(layer.apply(variables, x, nn.inUse(given)).output)

  it('has the variables of PyTorch, transposed, and begins within 1 / sqrt(units)', () => {
    const { parameters, shape } = nn.recurrent(cell, { output: 'sequence' }).init([length, features], random())
    expect(Object.keys(parameters)).toEqual(Object.keys(variables.parameters))
    for (const [key, tensor] of Object.entries(parameters)) {
      expect(tensor.shape).toEqual(variables.parameters[key].shape)
      expect(Math.max(...numbers(tensor).map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(units))
    }
    expect(shape).toEqual([length, units])
    expect(nn.recurrent(cell, { output: 'last' }).init([length, features], random()).shape).toEqual([units])
  })

  it("is PyTorch's formulas step by step", () => {
    expectClose(apply(nn.recurrent(cell, { output: 'sequence' })), byHand(step, plain, nothing), 1e-12)
  })

  it('runs backwards, with each output at the place of its input', () => {
    const layer = nn.recurrent(cell, { output: 'sequence', reverse: true })
    expectClose(apply(layer), byHand(step, plain, nothing, true), 1e-12)
  })

  it('gives the last output of its way', () => {
    for (const reverse of [false, true]) {
      const place = reverse ? 0 : length - 1
      const all = byHand(step, plain, nothing, reverse)
      const last = [0, 1].flatMap((sample) =>
        all.slice((sample * length + place) * units, (sample * length + place + 1) * units),
      )
      expectClose(apply(nn.recurrent(cell, { output: 'last', reverse })), last, 1e-12)
    }
  })

  it('begins with a state that the batch is given', () => {
    const size = name === 'gru' ? 2 : 4
    const start = spread([batch, size], 9)
    const layer = nn.recurrent(cell, { output: 'sequence', initial: nn.given('start') })
    expect(layer.init([length, features], random(), { start: numberField([size]) }).shape).toEqual([length, units])
    const first = (sample: number): State => {
      const own = start.slice(sample * size, (sample + 1) * size)
      return { hidden: own.slice(0, 2), cell: own.slice(2) }
    }
    expectClose(apply(layer, { start: literal(start, [batch, size]) }), byHand(step, plain, first), 1e-12)
  })

  it("is ONNX Runtime's own operator", async () => {
    // ONNX keeps gates as z, r, n and as i, o, f, c, and weights transposed.
    const order = name === 'gru' ? [1, 0, 2] : [0, 3, 1, 2]
    const inOrder = (weight: readonly number[], rows: number) =>
      order
        .flatMap((gate) =>
          Array.from({ length: units }, (_, unit) =>
            Array.from({ length: rows }, (_value, row) => weight[row * gates * units + gate * units + unit]),
          ),
        )
        .flat()
    const feeds = {
      x: {
        shape: [length, batch, features],
        values: Array.from({ length: xs.length }, (_, i) => {
          const [feature, rest] = [i % features, Math.floor(i / features)]
          return xs[((rest % batch) * length + Math.floor(rest / batch)) * features + feature]
        }),
      },
      w: { shape: [1, gates * units, features], values: inOrder(plain['input.weight'], features) },
      r: { shape: [1, gates * units, units], values: inOrder(plain['hidden.weight'], units) },
      b: {
        shape: [1, 2 * gates * units],
        values: [...inOrder(plain['input.bias'], 1), ...inOrder(plain['hidden.bias'], 1)],
      },
    }
    const attributes = [int('hidden_size', units), ...(name === 'gru' ? [int('linear_before_reset', 1)] : [])]
    const model = modelBytes(
      {
        name: 'cell',
        node: [nodeMessage(name.toUpperCase(), Object.keys(feeds), 'y', attributes)],
        initializer: [],
        input: Object.entries(feeds).map(([key, { shape }]) => valueMessage(key, 'f32', shape)),
        output: [valueMessage('y', 'f32', [length, 1, batch, units])],
      },
      {},
    )
    const f32 = Object.fromEntries(
      Object.entries(feeds).map(([key, feed]) => [key, { ...feed, dtype: 'f32' as const }]),
    )
    const [{ y }] = await runOnnx(model, [f32])
    const ours = apply(nn.recurrent(cell, { output: 'sequence' }))
    const theirs = Array.from({ length: ours.length }, (_, i) => {
      const [unit, rest] = [i % units, Math.floor(i / units)]
      return y.values[((rest % length) * batch + Math.floor(rest / length)) * units + unit]
    })
    expectClose(theirs, ours, 1e-5)
  })
})

describe('recurrent', () => {
  it('shows a vector to every step where a length is given', () => {
    const cell = nn.gru(units)
    const { variables } = variablesOf(3)
    const vector = literal(xs.slice(0, features), [1, features])
    const repeated = literal(Array.from({ length: 3 }, () => xs.slice(0, features)).flat(), [1, 3, features])
    const long = nn.recurrent(cell, { output: 'sequence', length: 3 })
    expect(long.init([features], random()).shape).toEqual([3, units])
    expect(numbers(long.apply(variables, vector, nn.evaluation).output)).toEqual(
      numbers(nn.recurrent(cell, { output: 'sequence' }).apply(variables, repeated, nn.evaluation).output),
    )
  })

  it('runs in both directions as two branches', () => {
    const both = [false, true].map((reverse) => nn.recurrent(nn.gru(units), { output: 'sequence', reverse }))
    expect(nn.branches(both).init([length, features], random()).shape).toEqual([length, 2 * units])
  })

  it('repeats a cell of your own: one that sees what it wrote, drawing other words at every step', () => {
    const words = 50
    const writer = (): Cell => {
      const inner = nn.gru(units)
      const logits = { name: 'logits', layer: nn.dense(words) }
      const choice = { name: 'choice', layer: nn.gumbelSoftmax({ hard: true }) }
      return {
        name: 'writer',
        mixesBatch: false,
        state: { word: words, hidden: units },
        init(made, given) {
          inner.init(made, given + words)
          made.init(logits, [units])
          made.init(choice, [words])
        },
        step(traced, input, { word, hidden }) {
          const seen = concat([input, word], 1)
          const next = inner.step(traced, inner.prepare?.(traced, seen) ?? seen, { hidden })
          return { word: traced.apply(choice, traced.apply(logits, next.hidden)), ...next }
        },
      }
    }
    const layer = nn.recurrent(writer(), { output: 'sequence', length: 6 })
    const first = layer.init([features], random())
    expect(first.shape).toEqual([6, words])
    const { output } = layer.apply(first, literal(spread([1, features], 3), [1, features]), nn.inUse({}, random()))
    const written = Array.from({ length: 6 }, (_, place) =>
      numbers(output)
        .slice(place * words, (place + 1) * words)
        .indexOf(1),
    )
    expect(new Set(written).size).toBeGreaterThan(2)
    expect(Object.keys(first.parameters)).toContain('hidden.weight')
  })

  const sum = (): Cell => ({
    name: 'sum',
    mixesBatch: false,
    state: { total: 1 },
    init: () => undefined,
    step: (_traced, input, { total }) => ({ total: add(total, input) }),
  })

  it('adds up in the order of its way', () => {
    const sequence = literal([1, 2, 4], [1, 3, 1])
    const run = (reverse: boolean) =>
      numbers(
        nn.recurrent(sum(), { output: 'sequence', reverse }).apply(nn.noVariables, sequence, nn.evaluation).output,
      )
    expect([run(false), run(true)]).toEqual([
      [1, 3, 7],
      [7, 6, 4],
    ])
  })

  it.each<[string, () => unknown, string]>([
    [
      'a vector',
      () => nn.recurrent(nn.gru(2), { output: 'last' }).init([3], random()),
      'gru of [3]: takes sequences [length, features]; give a length to repeat a vector',
    ],
    [
      'a sequence with a length',
      () => nn.recurrent(nn.gru(2), { output: 'last', length: 3 }).init([3, 2], random()),
      'gru of [3, 2]: takes a vector where a length is given; leave that out for sequences',
    ],
    [
      'a first state of another size',
      () =>
        nn
          .recurrent(nn.lstm(2), { output: 'last', initial: nn.stack([nn.flatten(), nn.dense(3)]) })
          .init([3, 2], random()),
      'its initial layer gives [3], not a first state of hidden [2] and cell [2]',
    ],
    ['no steps', () => nn.recurrent(nn.gru(2), { output: 'last', length: 0 }), 'A recurrence cannot have 0 steps'],
    ['no units', () => nn.gru(0), 'A gru cannot have 0 units; give a whole number from 1 on.'],
  ])('says in one sentence what is wrong: %s', (_what, mistake, sentence) => {
    expect(mistake).toThrow(UserError)
    expect(mistake).toThrow(sentence)
  })
})
