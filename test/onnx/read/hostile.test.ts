import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { readOnnx } from '../../../src/onnx/read/model.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { input } from '../../../src/tensor/operations/index.ts'
import { list, bytesOfModel, node, tensor, table, weight } from './hand-made.ts'

/** Reads and traces whatever it is; a UserError is the only way out beside success. */
function expectNoFault(bytes: Uint8Array): void {
  try {
    const model = readOnnx(bytes)
    const inputs = model.inputs.map(({ name, shape, dtype }) =>
      input(name, shape?.map((extent) => (typeof extent === 'number' && extent < 100 ? extent : 2)) ?? [], dtype),
    )
    model.apply(inputs, ({ name, shape, values }) => {
      values()
      return input(name, shape)
    })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
  }
}

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)))

/** Small, so that damage meets structure rather than weights, and with operations that reckon with shapes. */
const small = bytesOfModel({
  inputs: { x: { shape: ['batch', 4, 6, 6] } },
  nodes: [
    node('Conv', ['x', 'w', 'b'], 'conv', { pads: [1, 1, 1, 1], strides: [2, 2], group: 2 }),
    node('MaxPool', ['conv'], 'pool', { kernel_shape: [2, 2], strides: [1, 1], ceil_mode: 1 }),
    node('Shape', ['pool'], 'shape'),
    node('Constant', [], 'zero', { value: tensor(table('', [1], [0], 'i64')) }),
    node('Gather', ['shape', 'zero'], 'batch'),
    node('Concat', ['batch', 'minus'], 'target', { axis: 0 }),
    node('Reshape', ['pool', 'target'], 'rows'),
    node('Slice', ['rows', 'zero', 'ends', 'one', 'steps'], 'part'),
    node('Unsqueeze', ['part', 'one'], 'column'),
    node('Pad', ['column', 'pads'], 'padded', { mode: 'constant' }),
    node('Resize', ['padded', '', 'scales'], 'resized', { mode: 'linear' }),
    node('Split', ['resized'], ['left', 'right'], { axis: 1 }),
    node('Softmax', ['left'], 'y', { axis: -1 }),
  ],
  tables: [
    weight('w', [4, 2, 3, 3], 1),
    weight('b', [4], 2),
    list('minus', [-1]),
    list('ends', [9]),
    list('one', [1]),
    list('steps', [2]),
    list('pads', [0, 0, 1, 0, 1, 0]),
    table('scales', [3], [1, 2, 1.5]),
  ],
  outputs: { y: 'f32', right: 'f32' },
})

describe('damaged files are refused in one sentence, or read', () => {
  it('the sample is sound', ({ expect }) => {
    const model = readOnnx(small)
    const outputs = model.apply([input('x', [3, 4, 6, 6])], ({ name, shape }) => input(name, shape))
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [3, 2, 9],
      [3, 2, 9],
    ])
  })

  it('bytes of any kind', () =>
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), expectNoFault), { numRuns: 500 }))

  it('files cut off anywhere', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(small, fixture('torch-residual-dynamo.onnx')),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bytes, share) => expectNoFault(bytes.subarray(0, Math.floor(share * bytes.length))),
      ),
      { numRuns: 300 },
    ))

  it('files with bytes changed', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = small.slice()
          for (const [place, byte] of changes) bytes[place] = byte
          expectNoFault(bytes)
        },
      ),
      { numRuns: 1500 },
    ))
})
