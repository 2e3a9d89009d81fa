import { describe, expect, it } from 'vitest'
import { TensorProto_DataType } from '../../../src/onnx/generated/onnx_pb.ts'
import { readOnnx } from '../../../src/onnx/read/model.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { input } from '../../../src/tensor/operations/index.ts'
import type { DType, Shape } from '../../../src/tensor/tensor.ts'
import { asInput, bytesOfModel, changed, convolution, list, node, weight } from './hand-made.ts'
import type { HandMade } from './hand-made.ts'

describe('mistakes are told in one sentence', () => {
  const x: Shape = [2, 3, 4, 4]
  const applied = (model: HandMade | Uint8Array, shape: Shape = x, dtype: DType = 'f32', names?: string[]) =>
    readOnnx(model instanceof Uint8Array ? model : bytesOfModel(model)).apply(
      [input('x', shape, dtype)],
      asInput,
      names,
    )
  const one = (type: string, settings: Parameters<typeof node>[3] = {}, more: readonly string[] = []): HandMade => ({
    inputs: { x: { shape: x } },
    nodes: [node(type, ['x', ...more], 'y', settings)],
    tables: [list('axes', [9]), weight('w', [5, 3, 2, 2], 1), weight('v', [7], 1)],
    outputs: { y: 'f32' },
  })
  const cases: [string, () => unknown, string][] = [
    ['no ONNX file', () => readOnnx(new TextEncoder().encode('<html>not a model</html>')), 'no whole ONNX model'],
    ['nothing', () => readOnnx(new Uint8Array()), 'no graph with outputs'],
    [
      'a version too old',
      () => readOnnx(bytesOfModel({ ...convolution, version: 8 })),
      'version 8 of the operations; versions 9 to 23',
    ],
    ['a version too new', () => readOnnx(bytesOfModel({ ...convolution, version: 99 })), 'version 99'],
    [
      'an unknown operation',
      () => applied(one('NonMaxSuppression')),
      "NonMaxSuppression 'NonMaxSuppression of y' is an operation that is not known here",
    ],
    ['control flow', () => applied(one('If')), "If 'If of y' is control flow"],
    [
      'a foreign operation',
      () => applied(changed(one('Relu'), ({ graph }) => graph?.node.forEach((n) => (n.domain = 'com.microsoft')))),
      "of the domain 'com.microsoft' that is not known here",
    ],
    [
      'another type of input',
      () => applied(convolution, x, 'i32'),
      "The input 'x' of the ONNX model is f32[batch, 3, 4, 4], but it is given i32[2, 3, 4, 4]",
    ],
    ['another shape', () => applied(convolution, [2, 3, 5, 4]), 'but it is given f32[2, 3, 5, 4]'],
    ['another rank', () => applied(convolution, [2, 3, 4]), 'but it is given f32[2, 3, 4]'],
    ['too few inputs', () => readOnnx(bytesOfModel(convolution)).apply([], asInput), "takes 1 inputs ('x'), not 0"],
    [
      'an output that is not there',
      () => applied(convolution, x, 'f32', ['w']),
      "has no value 'w'; its outputs are 'z'",
    ],
    [
      'axes of one name and two sizes',
      () =>
        readOnnx(
          bytesOfModel({
            inputs: { a: { shape: ['n', 2] }, b: { shape: ['n', 2] } },
            nodes: [node('Add', ['a', 'b'], 'y')],
            outputs: { y: 'f32' },
          }),
        ).apply([input('a', [3, 2]), input('b', [4, 2])], asInput),
      "The input 'b' of the ONNX model is f32[n, 2], but it is given f32[4, 2]",
    ],
    [
      'a weight of another shape',
      () => readOnnx(bytesOfModel(convolution)).apply([input('x', x)], () => input('w', [2])),
      "The weight 'kernel' of the ONNX model is f32[2, 1, 3, 5], but it is to be f32[2]",
    ],
    [
      'a value that nobody makes',
      () => applied(one('Add', {}, ['nothing'])),
      "Add 'Add of y' reads 'nothing', which nothing before it gives",
    ],
    ['a missing input', () => applied(one('Add')), "Add 'Add of y' has no input 2"],
    ['a missing attribute', () => applied(one('Concat')), "has no attribute 'axis'"],
    [
      'an attribute of another type',
      () => applied(one('Concat', { axis: 'one' })),
      "has an attribute 'axis' of another type",
    ],
    ['an axis that is not there', () => applied(one('Concat', { axis: 4 })), 'has no axis 4 in an input of 4 axes'],
    [
      'a shape that only running tells',
      () => applied(one('Reshape', {}, ['x'])),
      "takes its input 'x' only as numbers that the file holds",
    ],
    ['shapes that do not fit', () => applied(one('Add', {}, ['v'])), 'the shapes do not broadcast to one'],
    [
      'a kernel for other channels',
      () => applied(one('Conv', { group: 3 }, ['w'])),
      'do not fit 3 groups of 3 channels',
    ],
    [
      'an unknown padding',
      () => applied(one('Conv', { auto_pad: 'SOME' }, ['w'])),
      "has an auto_pad 'SOME', which is unknown",
    ],
    ['an unknown mode', () => applied(one('Resize', { mode: 'cubic' }, ['', 'v'])), "in the mode 'cubic'"],
    [
      'normalization that learns',
      () => applied(one('BatchNormalization', { training_mode: 1 }, ['v', 'v', 'v', 'v'])),
      'is in training mode',
    ],
    [
      'text',
      () =>
        readOnnx(
          changed(one('Relu'), ({ graph }) =>
            (graph?.initializer ?? []).forEach((t) => (t.dataType = TensorProto_DataType.STRING)),
          ),
        ),
      'holds numbers of type string',
    ],
    [
      'numbers that are missing',
      () =>
        readOnnx(
          changed(one('Relu'), ({ graph }) =>
            (graph?.initializer ?? []).forEach((t) => (t.rawData = new Uint8Array(2))),
          ),
        ),
      'numbers instead of the 1 of its shape [1]',
    ],
  ]
  it.each(cases)('%s', (_name, mistake, message) => {
    const caught = (() => {
      try {
        return mistake()
      } catch (error) {
        return error
      }
    })()
    expect(caught).toBeInstanceOf(UserError)
    expect((caught as UserError).message).toContain(message)
    expect((caught as UserError).message).toMatch(/^[^\n]+$/)
  })
})
