import { list, node, real, table, weight } from '../hand-made.ts'
import { of } from './case.ts'
import type { Groups } from './case.ts'

const statistics = [weight('s', [6], 2), weight('b', [6], 3), weight('m', [6], 4), weight('v', [6], 5, 0.5, 2)]

/** Operations that look at elements, or along axes. */
export const elements: Groups = {
  'functions of one element': [
    ...[
      'Neg',
      'Abs',
      'Exp',
      'Sin',
      'Cos',
      'Floor',
      'Round',
      'Ceil',
      'Sign',
      'Sigmoid',
      'Tanh',
      'Softplus',
      'Softsign',
      'Relu',
      'Elu',
      'Selu',
      'HardSigmoid',
      'HardSwish',
      'Erf',
      'LeakyRelu',
      'Identity',
      'Celu',
      'Dropout',
      'Mish',
    ].map((type) => ({ nodes: of(type), version: 18 })),
    ...['Log', 'Sqrt', 'Reciprocal'].map((type) => ({ nodes: of(type), low: 0.1 })),
    { nodes: of('LeakyRelu', { alpha: 0.3 }) },
    { nodes: of('LeakyRelu', { alpha: 1.5 }) },
    { nodes: of('Elu', { alpha: 0.5 }) },
    { nodes: of('HardSigmoid', { alpha: 0.3, beta: 0.4 }) },
    { nodes: of('Gelu'), version: 20 },
    { nodes: of('Gelu', { approximate: 'tanh' }), version: 20 },
    { nodes: of('PRelu', {}, ['slope']), tables: [weight('slope', [6, 1, 1], 2)] },
    { nodes: of('Clip', {}, ['low', 'high']), tables: [table('low', [], [-0.5]), table('high', [], [0.7])] },
    { nodes: of('Clip', {}, ['', 'high']), tables: [table('high', [], [0.7])] },
    { nodes: of('Clip', { min: -0.5 }), version: 9 },
    { nodes: of('Not'), dtype: 'bool', high: 2, outputs: { y: 'bool' } },
  ],
  'functions of two elements, repeated where one is narrower': [
    ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Sum', 'Mean'].flatMap((type) =>
      [[], [4], [6, 1, 1], [1, 6, 5, 1], [2, 6, 5, 4], [3, 2, 6, 5, 4]].map((shape) => ({
        nodes: of(type, {}, ['b']),
        tables: [weight('b', shape, 3, 0.5, 2)],
      })),
    ),
    { nodes: [node('Max', ['x', 'b', 'x'], 'y')], tables: [weight('b', [4], 3)] },
    ...['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'Equal'].map((type) => ({
      nodes: [node('Floor', ['x'], 'f'), node(type, ['f', 'b'], 'y')],
      tables: [table('b', [4], [0, 1, -1, -2])],
      outputs: { y: 'bool' as const },
    })),
    ...['And', 'Or', 'Xor', 'Equal'].map((type) => ({
      nodes: of(type, {}, ['b']),
      tables: [table('b', [4], [0, 1, 1, 0], 'bool')],
      dtype: 'bool' as const,
      high: 2,
      outputs: { y: 'bool' as const },
    })),
    {
      nodes: [node('Less', ['x', 'b'], 'less'), node('Where', ['less', 'x', 'b'], 'y')],
      tables: [weight('b', [6, 1, 1], 3)],
    },
    ...[2, 3, 0, -1].map((power) => ({ nodes: of('Pow', {}, ['p']), tables: [table('p', [], [power])] })),
    ...[0.5, -0.5, 1.7].map((power) => ({ nodes: of('Pow', {}, ['p']), tables: [table('p', [1], [power])], low: 0.2 })),
    { nodes: of('Pow', {}, ['p']), tables: [weight('p', [6, 1, 1], 2)], low: 0.2 },
  ],
  'whole numbers': [
    ...['Add', 'Sub', 'Mul', 'Div', 'Mod'].map((type) => ({
      nodes: of(type, {}, ['b']),
      tables: [table('b', [4], [3, -4, 5, -7], 'i32')],
      dtype: 'i32' as const,
      low: -50,
      high: 50,
      outputs: { y: 'i32' as const },
    })),
    { nodes: of('Cast', { to: 1 }), dtype: 'i32', low: -5, high: 5 },
    { nodes: of('Cast', { to: 6 }), outputs: { y: 'i32' } },
    { nodes: [node('Floor', ['x'], 'f'), node('Cast', ['f'], 'y', { to: 9 })], outputs: { y: 'bool' } },
    {
      nodes: [
        node('Cast', ['x'], 'n', { to: 7 }),
        node('Cast', ['n'], 'y', { to: 11 }),
        node('Cast', ['y'], 'z', { to: 1 }),
      ],
      outputs: { z: 'f32' },
    },
  ],
  normalizations: [
    { nodes: of('BatchNormalization', {}, ['s', 'b', 'm', 'v']), tables: statistics },
    { nodes: of('BatchNormalization', { epsilon: 0.01 }, ['s', 'b', 'm', 'v']), tables: statistics, version: 9 },
    { nodes: of('BatchNormalization', {}, ['s', 'b', 'm', 'v']), tables: statistics, x: [3, 6] },
    { nodes: of('InstanceNormalization', { epsilon: 0.01 }, ['s', 'b']), tables: statistics.slice(0, 2) },
    { nodes: of('LayerNormalization', {}, ['s']), tables: [weight('s', [4], 2)] },
    {
      nodes: of('LayerNormalization', { axis: 1, epsilon: 0.01 }, ['s', 'b']),
      tables: [weight('s', [6, 5, 4], 2), weight('b', [6, 5, 4], 3)],
    },
    { nodes: of('LRN', { size: 3, alpha: 0.5, beta: 0.6, bias: real(2) }) },
    { nodes: of('LRN', { size: 3 }) },
    ...[1, -1, 3].map((axis) => ({ nodes: of('Softmax', { axis }) })),
    ...[1, 3].map((axis) => ({ nodes: of('Softmax', { axis }), version: 11 })),
    { nodes: of('LogSoftmax', { axis: 1 }) },
    { nodes: of('LogSoftmax'), version: 11 },
    { nodes: of('Softmax') },
  ],
  products: [
    { nodes: of('Gemm', {}, ['b']), tables: [weight('b', [5, 3], 2)], x: [4, 5] },
    {
      nodes: of('Gemm', { transB: 1, alpha: 0.5, beta: real(2) }, ['b', 'c']),
      tables: [weight('b', [3, 5], 2), weight('c', [3], 3)],
      x: [4, 5],
    },
    {
      nodes: of('Gemm', { transA: 1 }, ['b', 'c']),
      tables: [weight('b', [4, 3], 2), weight('c', [5, 1], 3)],
      x: [4, 5],
    },
    ...[[4, 3], [4], [6, 4, 3], [2, 6, 4, 3], [2, 1, 4, 3]].map((shape) => ({
      nodes: of('MatMul', {}, ['b']),
      tables: [weight('b', shape, 2)],
    })),
    { nodes: [node('MatMul', ['b', 'x'], 'y')], tables: [weight('b', [5], 2)] },
    { nodes: [node('MatMul', ['b', 'x'], 'y')], tables: [weight('b', [3, 5], 2)] },
    { nodes: of('MatMul', {}, ['b']), tables: [weight('b', [5], 2)], x: [5] },
  ],
  reductions: [
    ...[
      'ReduceSum',
      'ReduceMean',
      'ReduceMax',
      'ReduceMin',
      'ReduceL1',
      'ReduceL2',
      'ReduceSumSquare',
      'ReduceLogSumExp',
    ].flatMap((type) => [
      { nodes: of(type, type === 'ReduceSum' ? {} : { axes: [1] }), version: 13 },
      { nodes: of(type, { axes: [-1, 2], keepdims: 0 }), version: 11 },
      { nodes: of(type, { keepdims: 0 }, ['axes']), tables: [list('axes', [1, 3])], version: 18 },
      { nodes: of(type, {}, ['axes']), tables: [list('axes', [2, 3])], version: 18 },
      { nodes: of(type), version: 18 },
    ]),
    { nodes: of('ReduceSum', { noop_with_empty_axes: 1 }) },
    ...['ArgMax', 'ArgMin'].flatMap((type) => [
      { nodes: [node(type, ['x'], 'i', { axis: 1 }), node('Cast', ['i'], 'y', { to: 1 })] },
      { nodes: [node(type, ['x'], 'i', { axis: -1, keepdims: 0 }), node('Cast', ['i'], 'y', { to: 1 })] },
    ]),
  ],
}
