import fc from 'fast-check'
import { describe, it } from 'vitest'
import { gradients } from '../../src/tensor/grad.ts'
import * as t from '../../src/tensor/operations/index.ts'
import { range } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expectSameNumbers, spread, wholeSpread } from './onnx-runtime.ts'

const anyShape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 })
const few = { numRuns: 6 }

describe('every operation computes in ONNX Runtime what the interpreter does', () => {
  it('elementwise functions', () =>
    fc.assert(
      fc.asyncProperty(anyShape, fc.nat(1000), async (shape, seed) => {
        const x = t.input('x', shape)
        const y = t.input('y', shape)
        const positive = t.input('positive', shape)
        const i = t.input('i', shape, 'i32')
        const j = t.input('j', shape, 'i32')
        const pixels = t.input('pixels', shape, 'u8')
        const flag = t.input('flag', shape, 'bool')
        const feeds = new Map([
          [x, spread(shape, seed)],
          [y, spread(shape, seed + 1)],
          [positive, spread(shape, seed + 2, 0.1, 5)],
          [i, wholeSpread(shape, seed + 3, -3, 4)],
          [j, wholeSpread(shape, seed + 4, -3, 4)],
          [pixels, wholeSpread(shape, seed + 5, 0, 256)],
          [flag, wholeSpread(shape, seed + 6, 0, 2)],
        ])
        const outputs: Record<string, Tensor> = {
          neg: t.neg(x),
          abs: t.abs(x),
          exp: t.exp(x),
          log: t.log(positive),
          sqrt: t.sqrt(positive),
          sin: t.sin(x),
          cos: t.cos(x),
          tanh: t.tanh(x),
          sigmoid: t.sigmoid(t.mul(x, 5)),
          softplus: t.softplus(t.mul(x, 20)),
          floor: t.floor(x),
          round: t.round(x),
          roundHalves: t.round(t.mul(t.floor(t.mul(x, 4)), 0.5)),
          leakyRelu: t.leakyRelu(x, 0.1),
          relu: t.relu(x),
          add: t.add(x, y),
          sub: t.sub(x, y),
          mul: t.mul(x, y),
          div: t.div(x, positive),
          max: t.max(x, y),
          min: t.min(x, y),
          less: t.less(x, y),
          lessEqual: t.lessEqual(x, x),
          equal: t.equal(t.floor(x), t.floor(y)),
          and: t.and(flag, t.less(x, y)),
          or: t.or(flag, t.less(x, y)),
          not: t.not(flag),
          where: t.where(flag, x, y),
          castF32FromI32: t.cast(i, 'f32'),
          castF32FromU8: t.cast(pixels, 'f32'),
          castF32FromBool: t.cast(flag, 'f32'),
          castI32FromF32: t.cast(x, 'i32'),
          castI32FromU8: t.cast(pixels, 'i32'),
          castI32FromBool: t.cast(flag, 'i32'),
          negI32: t.neg(i),
          absI32: t.abs(i),
          addI32: t.add(i, j),
          subI32: t.sub(i, j),
          mulI32: t.mul(i, j),
          maxI32: t.max(i, j),
          minI32: t.min(i, j),
          lessI32: t.less(i, j),
          lessEqualI32: t.lessEqual(i, j),
          equalI32: t.equal(i, j),
          whereI32: t.where(flag, i, j),
          whereU8: t.where(flag, pixels, 7),
          whereBool: t.where(flag, t.less(x, y), flag),
        }
        await expectSameNumbers(outputs, feeds)
      }),
      few,
    ))

  it('reductions and movement', () =>
    fc.assert(
      fc.asyncProperty(anyShape, fc.nat(1000), async (shape, seed) => {
        const x = t.input('x', shape)
        const i = t.input('i', shape, 'i32')
        const pixels = t.input('pixels', shape, 'u8')
        const flag = t.input('flag', shape, 'bool')
        const feeds = new Map([
          [x, spread(shape, seed)],
          [i, wholeSpread(shape, seed + 1, -9, 9)],
          [pixels, wholeSpread(shape, seed + 2, 0, 256)],
          [flag, wholeSpread(shape, seed + 3, 0, 2)],
        ])
        const rank = shape.length
        const axis = seed % rank
        const ones = shape.map(() => 1)
        const start = shape.map((extent) => Math.floor(extent / 2))
        const size = shape.map((extent, a) => extent - start[a])
        const outputs: Record<string, Tensor> = {
          sum: t.sum(x),
          sumAxis: t.sum(x, { axes: [axis] }),
          sumKept: t.sum(x, { axes: [axis], keep: true }),
          mean: t.mean(x),
          sumMoved: t.reshape(t.sum(x, { axes: [axis] }), [1, -1, 1, 1, 1]),
          sumI32: t.sum(i),
          maximum: t.maximum(x),
          maximumAxis: t.maximum(x, { axes: [axis] }),
          maximumI32: t.maximum(i, { axes: [axis], keep: true }),
          argmax: t.argmax(x),
          argmaxOfTies: t.argmax(t.floor(x)),
          stopGradient: t.stopGradient(t.exp(x)),
          scalar: t.add(t.sum(x), 1),
        }
        for (const [name, tensor] of Object.entries({ F32: x, I32: i, U8: pixels, Bool: flag })) {
          outputs[`flat${name}`] = t.reshape(tensor, [-1])
          outputs[`wrapped${name}`] = t.reshape(tensor, [1, ...shape, 1])
          outputs[`turned${name}`] = t.transpose(tensor, range(rank).toReversed())
          outputs[`repeated${name}`] = t.broadcast(tensor, [3, ...shape])
          outputs[`stretched${name}`] = t.broadcast(
            t.slice(
              tensor,
              ones.map(() => 0),
              ones,
            ),
            shape,
          )
          outputs[`sliced${name}`] = t.slice(tensor, start, size)
          outputs[`padded${name}`] = t.pad(tensor, ones, start)
          outputs[`joined${name}`] = t.concat([tensor, t.sliceAxis(tensor, axis, 0, 1), tensor], axis)
        }
        await expectSameNumbers(outputs, feeds)
      }),
      few,
    ))

  it('matrix products of any depth, transposed operands, biases', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(...range(5).map(() => fc.integer({ min: 1, max: 5 }))),
        fc.nat(1000),
        async ([m, k, n, p, q], seed) => {
          const a = t.input('a', [m, k])
          const b = t.input('b', [k, n])
          const row = t.input('row', [n])
          const column = t.input('column', [m, 1])
          const stackA = t.input('stackA', [p, q, m, k])
          const stackB = t.input('stackB', [p, q, k, n])
          const feeds = new Map(
            [a, b, row, column, stackA, stackB].map((tensor, index) => [tensor, spread(tensor.shape, seed + index)]),
          )
          const product = t.matmul(a, b)
          const turned = t.matmul(t.transpose(b), t.transpose(a))
          const outputs = {
            product,
            turned,
            biased: t.add(t.matmul(a, b), row),
            biasedByRow: t.add(t.reshape(row, [1, n]), t.matmul(a, b)),
            biasedByNumber: t.add(t.matmul(a, b), 0.5),
            biasedByColumn: t.add(t.matmul(a, b), column),
            sumOfProducts: t.add(t.matmul(a, b), t.matmul(a, b)),
            doubled: t.add(product, product),
            reused: t.add(product, row),
            gradientOfA: t.matmul(product, t.transpose(b)),
            gradientOfB: t.matmul(t.transpose(a), product),
            stacked: t.matmul(stackA, stackB),
            stackTurned: t.matmul(t.transpose(stackB), t.transpose(stackA)),
            oneForAll: t.matmul(stackA, t.broadcast(b, [p, q, k, n])),
            allForOne: t.matmul(t.broadcast(a, [p, q, m, k]), stackB),
            stackBiased: t.add(t.matmul(stackA, stackB), row),
            both: t.matmul(t.broadcast(a, [p, m, k]), t.broadcast(b, [p, k, n])),
            repeatedRow: t.matmul(t.broadcast(t.reshape(row, [1, n]), [m, n]), t.transpose(b)),
            repeatedColumn: t.matmul(t.broadcast(column, [m, k]), b),
            repeatedRows: t.matmul(
              t.broadcast(t.reshape(row, [1, n]), [p, m, n]),
              t.broadcast(t.reshape(row, [n, 1]), [p, n, q]),
            ),
          }
          await expectSameNumbers(outputs, feeds)
        },
      ),
      few,
    ))

  it('tables, gathering and scattering, with indices clamped and repeated', () =>
    fc.assert(
      fc.asyncProperty(anyShape, fc.integer({ min: 1, max: 9 }), fc.nat(1000), async (shape, count, seed) => {
        const table = t.input('table', shape)
        const indices = t.input('indices', [count], 'i32')
        const updates = t.input('updates', [count, ...shape.slice(1)])
        const pixels = t.input('pixels', shape, 'u8')
        const feeds = new Map([
          [table, spread(shape, seed)],
          [indices, wholeSpread([count], seed + 1, -3, shape[0] + 3)],
          [updates, spread(updates.shape, seed + 2)],
          [pixels, wholeSpread(shape, seed + 3, 0, 256)],
        ])
        const outputs = {
          gathered: t.gather(table, indices),
          gatheredPixels: t.gather(pixels, indices),
          gatheredByTable: t.gather(table, t.literal([shape[0] - 1, 0, 0], [3], 'i32')),
          gatheredOutside: t.gather(table, t.literal([-1, shape[0]], [2], 'i32')),
          scattered: t.scatterAdd(indices, updates, shape[0]),
          scatteredNumbers: t.scatterAdd(
            indices,
            t.reshape(t.sum(t.reshape(updates, [count, -1]), { axes: [1] }), [count]),
            3,
          ),
          iota: t.iota(count),
          iotaAsNumbers: t.mul(t.cast(t.iota(count), 'f32'), 0.5),
          literal: t.literal(spread([2, 3], seed), [2, 3]),
          literalFlags: t.literal([1, 0, 1], [3], 'bool'),
          literalPixels: t.literal([0, 255], [2], 'u8'),
          constant: t.constant(7, 'i32'),
          constantPixels: t.broadcast(t.constant(200, 'u8'), [2]),
          infinity: t.max(t.constant(-Infinity), t.sum(table)),
          negativeZero: t.div(1, t.broadcast(t.constant(-0), [2])),
          zero: t.div(1, t.broadcast(t.constant(0), [2])),
        }
        await expectSameNumbers(outputs, feeds)
      }),
      few,
    ))
})

describe('derivatives leave the house as well', () => {
  const x = t.input('x', [6, 5])
  const parameters = [
    t.input('weight1', [5, 7]),
    t.input('bias1', [7]),
    t.input('weight2', [7, 1]),
    t.input('bias2', [1]),
  ]
  const [weight1, bias1, weight2, bias2] = parameters
  const hidden = t.softplus(t.add(t.matmul(x, weight1), bias1))
  const logits = t.add(t.matmul(t.tanh(hidden), weight2), bias2)
  const loss = t.mean(t.softplus(t.neg(logits)))
  const feeds = new Map([x, ...parameters].map((tensor, index) => [tensor, spread(tensor.shape, index, -1, 1)]))

  it('the first derivatives of a small network', async () => {
    const derivatives = gradients(loss, [x, ...parameters])
    await expectSameNumbers(Object.fromEntries(derivatives.map((tensor, index) => [`d${index}`, tensor])), feeds)
  })

  it('the second derivatives, through a gradient penalty', async () => {
    const [slope] = gradients(t.sum(logits), [x])
    const penalty = t.mean(t.sum(t.mul(slope, slope), { axes: [1] }))
    const derivatives = gradients(t.add(loss, t.mul(penalty, 5)), parameters)
    await expectSameNumbers(
      { penalty, ...Object.fromEntries(derivatives.map((tensor, index) => [`d${index}`, tensor])) },
      feeds,
    )
  })

  it('derivatives of movement, maxima, tables and choices', async () => {
    const table = t.input('table', [4, 5])
    const indices = t.input('indices', [6], 'i32')
    const y = t.concat([t.gather(table, indices), t.pad(t.slice(x, [1, 1], [5, 3]), [1, 0], [0, 2])], 1)
    const value = t.add(t.maximum(y), t.sum(t.where(t.less(y, 0.3), t.abs(y), t.div(t.leakyRelu(y), 3))))
    const [dx, dTable] = gradients(value, [x, table])
    const moreFeeds = new Map([
      [x, spread([6, 5], 1)],
      [table, spread([4, 5], 2)],
      [indices, [0, 3, 3, 1, 3, 0]],
    ])
    await expectSameNumbers({ value, dx, dTable }, moreFeeds)
  })
})
