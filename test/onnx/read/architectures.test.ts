import { describe, expect, it } from 'vitest'
import type { NodeProto, TensorProto } from '../../../src/onnx/generated/onnx_pb.ts'
import { gradients } from '../../../src/tensor/grad.ts'
import { topological } from '../../../src/tensor/graph.ts'
import { literal, mul, sum } from '../../../src/tensor/operations/index.ts'
import { sizeOf } from '../../../src/tensor/shape.ts'
import { simplify } from '../../../src/tensor/simplify.ts'
import { isKind } from '../../../src/tensor/tensor.ts'
import type { Shape } from '../../../src/tensor/tensor.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { compiled } from '../../runtime/compiled.ts'
import { expectClose, runOnnx, spread } from '../onnx-runtime.ts'
import { bytesOfModel, list, node, weight } from './hand-made.ts'
import { readFor } from './reading.ts'

/** A network under construction: nodes one behind the other, with weights that look random. */
function network() {
  const nodes: NodeProto[] = []
  const tables: TensorProto[] = []
  let count = 0
  const named = (what: string) => `${what}${++count}`
  function add(type: string, inputs: readonly string[], settings: Parameters<typeof node>[3] = {}): string {
    const output = named(type)
    nodes.push(node(type, inputs, output, settings))
    return output
  }
  function weights(what: string, shape: Shape, low?: number, high?: number): string {
    const name = named(what)
    tables.push(weight(name, shape, count, low, high))
    return name
  }
  const vector = (channels: number, low?: number, high?: number) => weights('vector', [channels], low, high)
  return {
    nodes,
    tables,
    add,
    vector,
    numbers(values: readonly number[]): string {
      const name = named('numbers')
      tables.push(list(name, values))
      return name
    },
    conv(x: string, [outputs, inputs, kh, kw]: readonly number[], settings: Parameters<typeof node>[3] = {}): string {
      const reach = Math.sqrt(3 / (inputs * kh * kw))
      const kernel = weights('kernel', [outputs, inputs, kh, kw], -reach, reach)
      return add('Conv', [x, kernel, vector(outputs)], settings)
    },
    normalized: (x: string, channels: number): string =>
      add('BatchNormalization', [
        x,
        vector(channels, 0.5, 1.5),
        vector(channels),
        vector(channels),
        vector(channels, 0.5, 1.5),
      ]),
    dense: (x: string, inputs: number, outputs: number): string =>
      add('Gemm', [x, weights('matrix', [outputs, inputs]), vector(outputs)], { transB: 1 }),
  }
}

type Network = ReturnType<typeof network>
interface Architecture {
  readonly x: Shape
  /** The shapes of the images that have to be moved around. */
  readonly moved: readonly Shape[]
  /** Adds the network behind 'x' and gives its output's name. */
  readonly build: (net: Network) => string
}

const around = (rows: number, columns = rows) => ({ pads: [rows, columns, rows, columns] })

const architectures: Readonly<Record<string, Architecture>> = {
  'a block of VGG': {
    x: [2, 3, 8, 8],
    moved: [
      [2, 3, 8, 8],
      [2, 4, 4, 8],
    ],
    build({ add, conv, dense }) {
      const first = add('Relu', [conv('x', [8, 3, 3, 3], around(1))])
      const second = add('Relu', [conv(first, [8, 8, 3, 3], around(1))])
      const pooled = add('MaxPool', [second], { kernel_shape: [2, 2], strides: [2, 2] })
      const hidden = add('Dropout', [add('Relu', [dense(add('Flatten', [pooled]), 128, 12)])])
      return dense(hidden, 12, 5)
    },
  },
  'a bottleneck of ResNet, with stride and projection': {
    x: [2, 8, 7, 7],
    moved: [[2, 8, 7, 7]],
    build({ add, conv, normalized, dense, numbers }) {
      const narrow = add('Relu', [normalized(conv('x', [4, 8, 1, 1]), 4)])
      const middle = add('Relu', [normalized(conv(narrow, [4, 4, 3, 3], { ...around(1), strides: [2, 2] }), 4)])
      const wide = normalized(conv(middle, [16, 4, 1, 1]), 16)
      const shortcut = normalized(conv('x', [16, 8, 1, 1], { strides: [2, 2] }), 16)
      const joined = add('Relu', [add('Add', [wide, shortcut])])
      const mean = add('ReduceMean', [joined], { axes: [2, 3], keepdims: 1 })
      return dense(add('Reshape', [mean, numbers([-1, 16])]), 16, 5)
    },
  },
  'an inverted residual of MobileNet, with squeeze and excitation': {
    x: [2, 6, 9, 9],
    moved: [[2, 6, 9, 9]],
    build({ add, conv, normalized }) {
      const wide = add('HardSwish', [normalized(conv('x', [12, 6, 1, 1]), 12)])
      const deep = add('HardSwish', [normalized(conv(wide, [12, 1, 5, 5], { ...around(2), group: 12 }), 12)])
      const squeezed = add('Relu', [conv(add('GlobalAveragePool', [deep]), [4, 12, 1, 1])])
      const gate = add('HardSigmoid', [conv(squeezed, [12, 4, 1, 1])], { alpha: 1 / 6 })
      const out = normalized(conv(add('Mul', [gate, deep]), [6, 12, 1, 1]), 6)
      const joined = add('Add', ['x', out])
      const reduced = add('Clip', [conv(joined, [6, 1, 3, 3], { ...around(1), strides: [2, 2], group: 6 })])
      return add('Squeeze', [add('GlobalAveragePool', [reduced])])
    },
  },
  'a module of Inception, with asymmetric kernels and a mean without padding': {
    x: [2, 6, 9, 9],
    moved: [[2, 6, 9, 9]],
    build({ add, conv, numbers }) {
      const relu = (x: string) => add('Relu', [x])
      const point = relu(conv('x', [4, 6, 1, 1]))
      const long = relu(conv(relu(conv(point, [4, 4, 1, 7], around(0, 3))), [5, 4, 7, 1], around(3, 0)))
      const mean = add('AveragePool', ['x'], { kernel_shape: [3, 3], ...around(1), count_include_pad: 0 })
      const pooled = relu(conv(mean, [3, 6, 1, 1]))
      const mixed = add('Concat', [point, long, pooled], { axis: 1 })
      const reduced = add(
        'Concat',
        [
          relu(conv(mixed, [4, 12, 3, 3], { strides: [2, 2] })),
          add('MaxPool', [mixed], { kernel_shape: [3, 3], strides: [2, 2] }),
        ],
        { axis: 1 },
      )
      return add('Softmax', [add('Reshape', [add('GlobalAveragePool', [reduced]), numbers([0, -1])])])
    },
  },
}

function built({ x, build }: Architecture) {
  const net = network()
  const output = build(net)
  const bytes = bytesOfModel({
    inputs: { x: { shape: ['batch', ...x.slice(1)] } },
    nodes: net.nodes,
    tables: net.tables,
    outputs: { [output]: 'f32' },
  })
  return {
    bytes,
    output,
    nodes: net.nodes,
    fed: { x: { dtype: 'f32' as const, shape: x, values: spread(x, 1, -1, 1) } },
  }
}

describe.each(Object.entries(architectures))('%s', (_name, architecture) => {
  const { bytes, output, fed } = built(architecture)
  const { inputs, outputs, feeds } = readFor(bytes, fed)

  it('gives what ONNX Runtime gives, compiled', async () => {
    const [expected] = await runOnnx(bytes, [fed])
    const { values } = await compiled(outputs, feeds)
    expect(outputs[0].shape).toEqual(expected[output].shape)
    expectClose(values[0], expected[output].values, 1e-5)
  })

  it('moves images around only where they come in, and where they become rows channel by channel', () => {
    const moved = topological(simplify(outputs)).filter(
      (tensor) => isKind(tensor, 'transpose') && tensor.shape.length === 4 && sizeOf(tensor.shape) > 200,
    )
    expect(moved.map(({ inputs: [from] }) => from.shape)).toEqual(architecture.moved)
  })

  it('has derivatives by its input, as differences measure them', () => {
    const [x] = inputs
    const direction = literal(spread(outputs[0].shape, 7, -1, 1), outputs[0].shape)
    const score = sum(mul(outputs[0], direction))
    const [slopes] = interpret(gradients(score, [x]), feeds)
    const way = spread(x.shape, 9, -1, 1)
    const at = (step: number) => {
      const moved = fed.x.values.map((value, i) => value + step * way[i])
      return interpret([score], new Map([...feeds, [x, moved]]))[0][0]
    }
    const measured = (at(1e-6) - at(-1e-6)) / 2e-6
    expect(slopes.reduce((total, slope, i) => total + slope * way[i], 0)).toBeCloseTo(measured, 5)
  })
})

it('gives any value of a graph, and does not trace what that does not need', () => {
  const { bytes, nodes, fed } = built(architectures['a bottleneck of ResNet, with stride and projection'])
  const first = nodes.find(({ opType }) => opType === 'Relu')?.output[0] ?? ''
  const { outputs, feeds } = readFor(bytes, fed, [first, 'x'])
  expect(outputs.map(({ shape }) => shape)).toEqual([
    [2, 4, 7, 7],
    [2, 8, 7, 7],
  ])
  // The image, one kernel with its biases and the four vectors of one normalization.
  expect(feeds.size).toBe(7)
})
