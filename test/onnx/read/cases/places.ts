import { floats, list, node, table, tensor, weight } from '../hand-made.ts'
import { of } from './case.ts'
import type { Groups } from './case.ts'

const four = (
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  steps: readonly number[],
) => ({
  nodes: of('Slice', {}, ['starts', 'ends', 'axes', 'steps']),
  tables: [list('starts', starts), list('ends', ends), list('axes', axes), list('steps', steps)],
})

const batchAndRest = [
  node('Shape', ['x'], 'shape'),
  node('Constant', [], 'first', { value: tensor(table('', [], [0], 'i64')) }),
  node('Gather', ['shape', 'first'], 'batch'),
  node('Constant', [], 'axes', { value_ints: [0] }),
  node('Unsqueeze', ['batch', 'axes'], 'one'),
]

/** Operations that say where elements are. */
export const places: Groups = {
  movement: [
    { nodes: of('Reshape', {}, ['s']), tables: [list('s', [0, -1])] },
    { nodes: of('Reshape', {}, ['s']), tables: [list('s', [2, 3, 2, 5, -1])] },
    { nodes: of('Reshape', {}, ['s']), tables: [list('s', [2, 6, 20])] },
    { nodes: of('Reshape', {}, ['s']), tables: [list('s', [12, 5, 2, 2])] },
    { nodes: of('Reshape', {}, ['s']), tables: [list('s', [8, 1, 30, 1])] },
    { nodes: of('Flatten') },
    ...[0, 2, 4, -1].map((axis) => ({ nodes: of('Flatten', { axis }) })),
    { nodes: of('Transpose') },
    {
      nodes: [...of('Transpose', { perm: [0, 2, 3, 1] }), node('Transpose', ['y'], 'z', { perm: [3, 1, 0, 2] })],
      outputs: { z: 'f32' },
    },
    { nodes: of('Squeeze', {}, ['a']), tables: [list('a', [2, -1])], x: [2, 6, 1, 1] },
    { nodes: of('Squeeze'), x: [2, 6, 1, 1] },
    { nodes: of('Squeeze', { axes: [3] }), x: [2, 6, 1, 1], version: 11 },
    { nodes: of('Unsqueeze', {}, ['a']), tables: [list('a', [-1, 1])] },
    { nodes: of('Unsqueeze', { axes: [0, 3] }), version: 11 },
    ...[0, 1, -1].map((axis) => ({ nodes: [node('Exp', ['x'], 'e'), node('Concat', ['x', 'e', 'x'], 'y', { axis })] })),
    { nodes: of('Expand', {}, ['s']), tables: [list('s', [3, 1, 6, 5, 4])] },
    { nodes: of('Expand', {}, ['s']), tables: [list('s', [6, 5, 4])], x: [1, 6, 1, 4] },
    { nodes: of('Tile', {}, ['r']), tables: [list('r', [1, 2, 3, 1])] },
    ...['DCR', 'CRD'].map((mode) => ({ nodes: of('DepthToSpace', { blocksize: 2, mode }), x: [2, 12, 3, 2] })),
    { nodes: of('SpaceToDepth', { blocksize: 2 }), x: [2, 3, 4, 6] },
    // A channel shuffle.
    {
      nodes: [
        node('Reshape', ['x', 's'], 'a'),
        node('Transpose', ['a'], 'b', { perm: [0, 2, 1, 3, 4] }),
        node('Reshape', ['b', 't'], 'y'),
      ],
      tables: [list('s', [2, 2, 3, 5, 4]), list('t', [2, 6, 5, 4])],
    },
  ],
  parts: [
    { nodes: of('Slice', {}, ['starts', 'ends']), tables: [list('starts', [0, 1]), list('ends', [1, 2 ** 40])] },
    four([1, -3], [5, 100], [1, 2], [1, 1]),
    four([1, 0], [6, 5], [1, -2], [2, 3]),
    four([4, -1], [1, -(2 ** 40)], [1, 3], [-1, -2]),
    { nodes: of('Slice', { starts: [1], ends: [-1], axes: [1] }), version: 9 },
    {
      nodes: [node('Split', ['x', 's'], ['a', 'b', 'c'], { axis: 1 })],
      tables: [list('s', [1, 3, 2])],
      outputs: { a: 'f32', b: 'f32', c: 'f32' },
    },
    { nodes: [node('Split', ['x'], ['a', 'b'], { axis: -1 })], outputs: { a: 'f32', b: 'f32' } },
    {
      nodes: [node('Split', ['x'], ['a', 'b', 'c'], { axis: 2, num_outputs: 3 })],
      outputs: { a: 'f32', c: 'f32' },
      version: 18,
    },
    {
      nodes: [node('Split', ['x'], ['a', 'b'], { axis: 1, split: [4, 2] })],
      outputs: { a: 'f32', b: 'f32' },
      version: 11,
    },
    { nodes: of('Pad', {}, ['p']), tables: [list('p', [0, 1, 2, 0, 0, 0, 1, 3])] },
    { nodes: of('Pad', {}, ['p', 'v']), tables: [list('p', [0, 0, -1, 2, 0, 0, 1, -1]), table('v', [], [1.5])] },
    { nodes: of('Pad', {}, ['p', '', 'a']), tables: [list('p', [1, 2, 0, 1]), list('a', [1, -1])], version: 18 },
    { nodes: of('Pad', { pads: [0, 1, 0, 0, 0, 0, 0, 1], value: 0.5 }), version: 9 },
    ...['reflect', 'edge'].map((mode) => ({
      nodes: of('Pad', { mode }, ['p']),
      tables: [list('p', [0, 0, 2, 1, 0, 0, 0, 3])],
    })),
  ],
  tables: [
    ...[0, 1, -1].map((axis) => ({
      nodes: of('Gather', { axis }, ['i']),
      tables: [table('i', [2, 2], [1, 0, -1, 1], 'i64')],
    })),
    ...[2, -2].map((index) => ({ nodes: of('Gather', { axis: 1 }, ['i']), tables: [table('i', [], [index], 'i64')] })),
    {
      nodes: [node('Cast', ['x'], 'i', { to: 6 }), node('Gather', ['t', 'i'], 'y')],
      tables: [weight('t', [4, 3], 2)],
      x: [5, 2],
      low: -3.5,
      high: 3.5,
    },
    {
      nodes: [node('ScatterElements', ['t', 'i', 'x'], 'y', { reduction: 'add' })],
      tables: [weight('t', [4], 2), table('i', [5], [0, 3, 3, 1, 3], 'i64')],
      x: [5],
      version: 18,
    },
    {
      nodes: [
        node('Expand', ['i', 's'], 'wide'),
        node('ScatterElements', ['t', 'wide', 'x'], 'y', { reduction: 'add' }),
      ],
      tables: [weight('t', [4, 3], 2), table('i', [5, 1], [0, 3, 3, 1, 3], 'i32'), list('s', [5, 3])],
      x: [5, 3],
      version: 18,
    },
  ],
  'arithmetic on shapes, which is known while a model is read': [
    {
      nodes: [
        ...batchAndRest,
        node('Concat', ['one', 'rest'], 'target', { axis: 0 }),
        node('Reshape', ['x', 'target'], 'y'),
      ],
      tables: [list('rest', [-1])],
    },
    {
      nodes: [
        node('Shape', ['x'], 'sides', { start: 2 }),
        node('Mul', ['sides', 'two'], 'twice'),
        node('Cast', ['twice'], 'real', { to: 1 }),
        node('Floor', ['real'], 'floor'),
        node('Cast', ['floor'], 'whole', { to: 7 }),
        node('Shape', ['x'], 'front', { end: 2 }),
        node('Concat', ['front', 'whole'], 'sizes', { axis: 0 }),
        node('Resize', ['x', '', '', 'sizes'], 'y', { mode: 'linear' }),
      ],
      tables: [list('two', [2])],
    },
    {
      nodes: [
        node('Shape', ['x'], 'shape'),
        node('Slice', ['shape', 'zero', 'two'], 'front'),
        node('ReduceProd', ['front'], 'rows', { keepdims: 1 }),
        node('Concat', ['rows', 'minus'], 'target', { axis: 0 }),
        node('Reshape', ['x', 'target'], 'y'),
      ],
      tables: [list('zero', [0]), list('two', [2]), list('minus', [-1])],
    },
    {
      nodes: [
        ...batchAndRest,
        node('ConstantOfShape', ['one'], 'fill', { value: tensor(table('', [1], [7], 'i64')) }),
        node('Size', ['x'], 'size'),
        node('Range', ['zero', 'batch', 'step'], 'counted'),
        node('Cast', ['fill'], 'a', { to: 1 }),
        node('Cast', ['size'], 'b', { to: 1 }),
        node('Cast', ['counted'], 'c', { to: 1 }),
      ],
      tables: [table('zero', [], [0], 'i64'), table('step', [], [1], 'i64')],
      outputs: { a: 'f32', b: 'f32', c: 'f32' },
    },
    {
      nodes: [
        node('Shape', ['x'], 'shape'),
        node('ConstantOfShape', ['shape'], 'zeros'),
        node('Constant', [], 'half', { value_float: 0.5 }),
        node('Constant', [], 'row', { value_floats: floats([1, 2, 3, 4]) }),
        node('Constant', [], 'whole', { value_int: 3 }),
        node('Cast', ['whole'], 'real', { to: 1 }),
        node('Sum', ['zeros', 'half', 'row', 'x', 'real'], 'y'),
      ],
    },
  ],
}
