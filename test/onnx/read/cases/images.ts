import type { TensorProto } from '../../../../src/onnx/generated/onnx_pb.ts'
import { list, table, weight } from '../hand-made.ts'
import type { node } from '../hand-made.ts'
import { of } from './case.ts'
import type { Case, Groups } from './case.ts'

const kernel = (out: number, into: number, ...size: number[]) => weight('w', [out, into, ...size], 2)

const windows = [
  { kernel_shape: [2, 2] },
  { kernel_shape: [2, 2], strides: [2, 2] },
  { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 1, 1, 0] },
  { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 },
  { kernel_shape: [2, 2], strides: [3, 3], ceil_mode: 1 },
  { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
  { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER', strides: [2, 2] },
  { kernel_shape: [2, 2], auto_pad: 'SAME_LOWER' },
  { kernel_shape: [5, 4] },
]

const scales = (...values: number[]) => [table('scales', [values.length], values)]
const resized = (settings: Parameters<typeof node>[3], tables: readonly TensorProto[], version = 18): Case => ({
  nodes: of('Resize', settings, tables[0].name === 'sizes' ? ['', '', 'sizes'] : ['', 'scales']),
  tables,
  version,
})

/** Operations that look at images. */
export const images: Groups = {
  convolutions: [
    { nodes: of('Conv', {}, ['w']), tables: [kernel(3, 6, 3, 2)] },
    {
      nodes: of('Conv', { pads: [1, 1, 1, 1], strides: [2, 2] }, ['w', 'b']),
      tables: [kernel(3, 6, 3, 3), weight('b', [3], 4)],
    },
    { nodes: of('Conv', { pads: [0, 1, 2, 3], dilations: [2, 1] }, ['w']), tables: [kernel(3, 6, 2, 3)] },
    { nodes: of('Conv', { group: 3 }, ['w']), tables: [kernel(6, 2, 2, 2)] },
    { nodes: of('Conv', { group: 2, strides: [1, 2] }, ['w', 'b']), tables: [kernel(4, 3, 3, 3), weight('b', [4], 4)] },
    {
      nodes: of('Conv', { group: 6, pads: [1, 1, 1, 1] }, ['w', 'b']),
      tables: [kernel(6, 1, 3, 3), weight('b', [6], 4)],
    },
    {
      nodes: of('Conv', { group: 6, pads: [1, 0, 2, 1], strides: [2, 3], dilations: [1, 2] }, ['w']),
      tables: [kernel(6, 1, 3, 2)],
    },
    { nodes: of('Conv', { group: 6 }, ['w']), tables: [kernel(12, 1, 2, 2)] },
    { nodes: of('Conv', { group: 6, pads: [4, 4, 4, 4] }, ['w']), tables: [kernel(6, 1, 8, 8)] },
    ...['SAME_UPPER', 'SAME_LOWER', 'VALID'].flatMap((padding) => [
      { nodes: of('Conv', { auto_pad: padding, strides: [2, 1] }, ['w']), tables: [kernel(3, 6, 2, 2)] },
      { nodes: of('Conv', { auto_pad: padding, strides: [2, 2], group: 6 }, ['w']), tables: [kernel(6, 1, 3, 2)] },
    ]),
    {
      nodes: of('Conv', { kernel_shape: [3], pads: [1, 0], strides: [2] }, ['w']),
      tables: [kernel(3, 6, 3)],
      x: [2, 6, 9],
    },
    {
      nodes: of('Conv', { group: 6, pads: [1, 1] }, ['w', 'b']),
      tables: [kernel(6, 1, 3), weight('b', [6], 4)],
      x: [2, 6, 9],
    },
  ],
  'transposed convolutions': [
    { nodes: of('ConvTranspose', {}, ['w']), tables: [kernel(6, 3, 3, 2)] },
    {
      nodes: of('ConvTranspose', { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }, ['w', 'b']),
      tables: [kernel(6, 3, 4, 3), weight('b', [3], 4)],
    },
    {
      nodes: of('ConvTranspose', { strides: [2, 3], pads: [0, 1, 2, 0], dilations: [1, 2] }, ['w']),
      tables: [kernel(6, 3, 3, 3)],
    },
    {
      nodes: of('ConvTranspose', { strides: [2, 2], group: 2 }, ['w', 'b']),
      tables: [kernel(6, 2, 2, 3), weight('b', [4], 4)],
    },
    { nodes: of('ConvTranspose', { strides: [2, 2], output_shape: [10, 8] }, ['w']), tables: [kernel(6, 3, 3, 3)] },
    { nodes: of('ConvTranspose', { strides: [2, 2], auto_pad: 'SAME_UPPER' }, ['w']), tables: [kernel(6, 3, 3, 3)] },
    { nodes: of('ConvTranspose', { strides: [2, 2], auto_pad: 'SAME_LOWER' }, ['w']), tables: [kernel(6, 3, 3, 3)] },
    { nodes: of('ConvTranspose', { strides: [2] }, ['w']), tables: [kernel(6, 3, 3)], x: [2, 6, 4] },
  ],
  pools: [
    ...windows.flatMap((settings) => [
      { nodes: of('MaxPool', settings) },
      { nodes: of('AveragePool', settings) },
      { nodes: of('AveragePool', { ...settings, count_include_pad: 1 }) },
    ]),
    { nodes: of('MaxPool', { kernel_shape: [2, 2], dilations: [2, 1] }) },
    { nodes: of('MaxPool', { kernel_shape: [3], strides: [2], pads: [1, 1] }), x: [2, 6, 7] },
    { nodes: of('AveragePool', { kernel_shape: [3], pads: [1, 1] }), x: [2, 6, 7] },
    { nodes: of('GlobalAveragePool') },
    { nodes: of('GlobalMaxPool') },
    { nodes: of('GlobalAveragePool'), x: [2, 6, 7] },
  ],
  resizing: [
    ...['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel'].flatMap((rule) => [
      resized({ mode: 'linear', coordinate_transformation_mode: rule }, scales(1, 1, 2, 2)),
      resized({ mode: 'linear', coordinate_transformation_mode: rule }, [list('sizes', [2, 6, 7, 3])]),
      ...['round_prefer_floor', 'floor', 'ceil', 'round_prefer_ceil'].map((rounding) =>
        resized(
          { mode: 'nearest', coordinate_transformation_mode: rule, nearest_mode: rounding },
          scales(1, 1, 2, 1.5),
        ),
      ),
    ]),
    resized({ mode: 'linear', antialias: 1 }, [list('sizes', [2, 6, 3, 9])]),
    resized({ mode: 'linear', axes: [2, 3] }, scales(0.6, 3)),
    // 0.7 in float32 is a little less, and yet seven tenths of ten are seven.
    { ...resized({ mode: 'linear' }, scales(1, 1, 0.7, 0.9)), x: [1, 2, 10, 10] },
    { ...resized({ mode: 'nearest' }, scales(1, 1, 0.7, 0.9)), x: [1, 2, 20, 10] },
    { nodes: of('Resize', { mode: 'nearest' }, ['scales']), tables: scales(1, 1, 2, 3), version: 10 },
    { nodes: of('Resize', { mode: 'nearest' }, ['scales']), tables: scales(1, 1, 0.6, 1.5), version: 10 },
    { nodes: of('Upsample', { mode: 'nearest' }, ['scales']), tables: scales(1, 1, 1.6, 1.5), version: 9 },
    { nodes: of('Upsample', { mode: 'linear' }, ['scales']), tables: scales(1, 1, 2, 2), version: 9 },
    { nodes: of('Upsample', { mode: 'nearest' }, ['scales']), tables: scales(1, 1, 2, 2), version: 9 },
  ],
}
