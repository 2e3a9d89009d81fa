import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../src/onnx/export.ts'
import type { ModelGraph } from '../../src/onnx/export.ts'
import { ModelProtoSchema } from '../../src/onnx/generated/onnx_pb.ts'
import type { ValueInfoProto } from '../../src/onnx/generated/onnx_pb.ts'
import { toChannelsFirst } from '../../src/onnx/layout.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { upsampleNearest } from '../../src/tensor/composite/index.ts'
import { gradients } from '../../src/tensor/grad.ts'
import * as t from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expectClose, fedNumbers, runOnnx, spread, wholeSpread } from './onnx-runtime.ts'

type Trace = (batch: number) => ModelGraph

const options = { graphName: 'test' }
const sizes = [1, 3, 17]

/** A model with inputs and outputs as named and no weights. */
const graph = (inputs: Readonly<Record<string, Tensor>>, outputs: Readonly<Record<string, Tensor>>): ModelGraph => ({
  inputs: Object.entries(inputs).map(([name, tensor]) => ({ name, tensor })),
  outputs: Object.entries(outputs).map(([name, tensor]) => ({ name, tensor })),
  weights: new Map(),
})

/** Expects one model to compute at every size what the interpreter computes for a graph traced at that size. */
async function expectEverySize(trace: Trace): Promise<void> {
  const numbersFor = ({ inputs }: ModelGraph) =>
    inputs.map(({ tensor: { dtype, shape } }, index) =>
      dtype === 'f32' ? spread(shape, index) : wholeSpread(shape, index, 0, 4),
    )
  const graphs = sizes.map(trace)
  const feeds = graphs.map((model) => {
    const numbers = numbersFor(model)
    return Object.fromEntries(model.inputs.map(({ name, tensor }, index) => [name, fedNumbers(tensor, numbers[index])]))
  })
  const results = await runOnnx(exportOnnx(trace, options), feeds)
  graphs.forEach((model, run) => {
    const numbers = numbersFor(model)
    const values = new Map<Tensor, ArrayLike<number>>(model.inputs.map(({ tensor }, index) => [tensor, numbers[index]]))
    for (const [tensor, weight] of model.weights) values.set(tensor, weight)
    const expected = interpret(
      model.outputs.map(({ tensor }) => tensor),
      values,
    )
    model.outputs.forEach(({ name, tensor }, index) => {
      expect({ name, shape: results[run][name].shape }).toEqual({ name, shape: tensor.shape })
      expectClose(results[run][name].values, expected[index], 1e-5, `${name} at batch ${sizes[run]}`)
    })
  })
}

const weight = t.input('weight', [5, 24])
const weights = new Map([[weight, Float32Array.from(spread([5, 24], 1))]])

const generator: Trace = (batch) => {
  const latent = t.input('z', [batch, 5])
  const bias = t.literal(spread([24], 2))
  const images = t.reshape(t.tanh(t.add(t.matmul(latent, weight), bias)), [batch, 2, 4, 3])
  return {
    inputs: [{ name: 'z', tensor: latent }],
    outputs: [{ name: 'images', tensor: toChannelsFirst(images) }],
    weights,
  }
}

describe('a model with a free batch size', () => {
  it('computes at every size what the graph of that size does', () => expectEverySize(generator))

  it("calls the batch axis 'batch' and needs no arithmetic on shapes", () => {
    const { graph: written } = fromBinary(ModelProtoSchema, exportOnnx(generator, options))
    const dimensions = ({ type }: ValueInfoProto) =>
      type?.value.case === 'tensorType' ? type.value.value.shape?.dim.map(({ value }) => value.value) : []
    expect(written?.input.map(dimensions)).toEqual([['batch', 5n]])
    expect(written?.output.map(dimensions)).toEqual([['batch', 3n, 2n, 4n]])
    expect(written?.node.map(({ opType }) => opType)).toEqual(['Gemm', 'Tanh', 'Reshape', 'Transpose'])
  })

  it('reshapes to and from multiples of the batch', () =>
    expectEverySize((batch) => {
      const x = t.input('x', [batch, 4, 4, 3])
      const rows = t.matmul(t.reshape(x, [batch * 16, 3]), t.literal(spread([3, 2], 3), [3, 2]))
      const patches = t.transpose(t.reshape(x, [batch, 2, 2, 2, 2, 3]), [0, 1, 3, 2, 4, 5])
      return graph(
        { x },
        {
          rows,
          images: t.reshape(rows, [batch, 4, 4, 2]),
          patches: t.reshape(patches, [batch * 4, 12]),
          swapped: t.reshape(t.transpose(x, [1, 0, 2, 3]), [2, 2, batch * 2, 6]),
          pairs: t.reshape(t.transpose(t.reshape(x, [batch, 48])), [4, 12, batch]),
          product: t.reshape(t.matmul(t.reshape(x, [batch, 48]), t.transpose(t.reshape(x, [batch, 48]))), [
            batch,
            1,
            batch,
          ]),
        },
      )
    }))

  it('takes means over the batch', () =>
    expectEverySize((batch) => {
      const x = t.input('x', [batch, 3, 2])
      return graph({ x }, { ofAll: t.mean(x), ofOne: t.sub(x, t.mean(x, { axes: [0], keep: true })) })
    }))

  it('finds the batch size once', () => {
    const trace: Trace = (batch) => {
      const x = t.input('x', [batch, 3])
      return graph(
        { x },
        {
          first: t.broadcast(t.sum(x), [batch]),
          second: t.broadcast(t.maximum(x), [3, batch]),
          third: t.iota(batch * 2),
        },
      )
    }
    const { graph: written } = fromBinary(ModelProtoSchema, exportOnnx(trace, options))
    expect(written?.node.map(({ name }) => name).filter((name) => name.startsWith('batch/'))).toEqual([
      'batch/Shape',
      'batch/Mul',
      'batch/Concat',
    ])
  })

  it('repeats along the batch where no operator does so by itself', () =>
    expectEverySize((batch) => {
      const x = t.input('x', [batch, 3])
      const row = t.input('row', [1, 2])
      return graph(
        { x, row },
        {
          joined: t.concat([x, t.broadcast(row, [batch, 2])], 1),
          filled: t.broadcast(t.constant(7), [2, batch]),
          added: t.sum(t.broadcast(row, [batch, 2]), { axes: [0] }),
          repeatedInside: t.reshape(t.broadcast(t.reshape(x, [batch, 1, 3]), [batch, 4, 3]), [batch * 4, 3]),
          gradientOfSum: gradients(t.sum(x), [x])[0],
        },
      )
    }))

  it('cuts, pads, counts, gathers and scatters along the batch', () =>
    expectEverySize((batch) => {
      const x = t.input('x', [batch, 3])
      const labels = t.input('labels', [batch], 'i32')
      const both = t.concat([x, t.neg(x)], 0)
      return graph(
        { x, labels },
        {
          both,
          second: t.sliceAxis(both, 0, batch, batch),
          inner: t.sliceAxis(both, 0, 1, 2 * batch - 1),
          padded: t.pad(x, [1, 0], [batch, 2]),
          count: t.iota(batch),
          upTo: t.iota(2 * batch + 3),
          maximum: t.maximum(x, { axes: [0] }),
          best: t.argmax(t.transpose(x)),
          rows: t.gather(x, t.mul(labels, 2)),
          reversed: t.gather(x, t.sub(batchless(labels), t.iota(batch))),
          table: t.scatterAdd(labels, x, 4),
          slots: t.scatterAdd(t.mul(labels, 3), x, batch),
          gradient: gradients(t.sum(t.mul(t.sliceAxis(both, 0, batch, batch), t.sliceAxis(both, 0, 0, batch))), [x])[0],
        },
      )
    }))
})

/** The number of labels less one, without a constant that follows the batch. */
const batchless = (labels: Tensor): Tensor => t.sub(t.sum(t.add(t.mul(labels, 0), 1)), 1)

describe('a batch size that cannot be free is refused, and the place is named', () => {
  const cases: [string, Trace, string][] = [
    [
      'a number that follows it',
      (batch) => {
        const x = t.input('x', [batch, 2])
        return graph({ x }, { y: t.div(t.sum(x), 2 * batch) })
      },
      'the constant differs in its value (8 and 16) between batch 4 and batch 8. Change that, or export it at one batch size.',
    ],
    [
      'a setting that follows it',
      (batch) => {
        const x = t.input('x', [batch, 2, 2, 1])
        return graph({ x }, { y: upsampleNearest(x, batch) })
      },
      'the upsample differs in its factor (4 and 8) between batch 4 and batch 8.',
    ],
    [
      'a table as long as the batch',
      (batch) => {
        const x = t.input('x', [batch])
        return graph({ x }, { y: t.add(x, t.literal(spread([batch], 1))) })
      },
      'the literal differs in its values between batch 4 and batch 8',
    ],
    [
      'other operations for other sizes',
      (batch) => {
        const x = t.input('x', [batch])
        return graph({ x }, { y: batch > 4 ? t.exp(x) : t.log(t.exp(x)) })
      },
      'its operations, inputs or outputs differ between batch 4 and batch 8',
    ],
    [
      'another operation for the largest size',
      (batch) => {
        const x = t.input('x', [batch])
        return graph({ x }, { y: batch > 8 ? t.exp(x) : t.reshape(t.reshape(x, [1, batch]), [batch]) })
      },
      'between batch 4 and batch 12',
    ],
    [
      'operands that change places',
      (batch) => {
        const x = t.input('x', [batch])
        const y = t.input('y', [batch])
        return graph({ x, y }, { z: batch > 4 ? t.sub(x, y) : t.sub(y, x) })
      },
      'the elementwise differs in its type, rank or operands',
    ],
    [
      'another rank',
      (batch) => {
        const x = t.input('x', [batch])
        return graph({ x }, { y: t.reshape(x, batch > 4 ? [batch, 1] : [batch, 1, 1]) })
      },
      'the reshape differs in its type, rank or operands',
    ],
    [
      'another kind of operation',
      (batch) => {
        const x = t.input('x', [batch])
        return graph({ x }, { y: batch > 4 ? t.stopGradient(x) : t.transpose(x, [0]) })
      },
      'differs in its kind between batch 4 and batch 8',
    ],
    [
      'another name of an output',
      (batch) => {
        const x = t.input('x', [batch])
        return graph({ x }, { [`y${batch}`]: t.exp(x) })
      },
      'its operations, inputs or outputs differ between batch 4 and batch 8',
    ],
    [
      'a weight as long as the batch',
      (batch) => {
        const x = t.input('x', [batch])
        const table = t.input('table', [batch])
        return { ...graph({ x }, { y: t.add(x, table) }), weights: new Map([[table, new Float32Array(batch)]]) }
      },
      "the shape of the weight 'table' follows it",
    ],
    [
      'an extent that grows with the square',
      (batch) => {
        const x = t.input('x', [batch])
        return graph({ x }, { y: t.broadcast(t.sum(x), [batch * batch]) })
      },
      'an extent is 16, 64, 144 with batch 4, 8, 12',
    ],
    [
      'no input that has the batch',
      (batch) => {
        const x = t.input('x', [3])
        return graph({ x }, { y: t.broadcast(x, [batch, 3]) })
      },
      'none of its inputs has an axis that follows the batch size',
    ],
    [
      'no input from whose shape the batch is seen',
      (batch) => {
        const x = t.input('x', [2 * batch])
        return graph({ x }, { y: t.broadcast(t.sum(x), [batch]) })
      },
      'none of its inputs has an axis as long as the batch',
    ],
  ]
  it.each(cases)('%s', (_what, trace, message) => {
    expect(() => exportOnnx(trace, options)).toThrow('The graph cannot be exported with a free batch size: ')
    expect(() => exportOnnx(trace, options)).toThrow(message)
  })
})
