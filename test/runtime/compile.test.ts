import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/runtime/compile.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import * as composite from '../../src/tensor/composite.ts'
import * as t from '../../src/tensor/operations/index.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import type { DType, Shape, Tensor } from '../../src/tensor/tensor.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { compiled } from './compiled.ts'

type Feed = [Tensor, number[]]

/** Both modes; the outputs must differ from the interpreter's by at most `tolerance`, relative to 1 + magnitude. */
async function agree(outputs: readonly Tensor[], feeds: readonly Feed[], tolerance = 0): Promise<void> {
  const expected = interpret(outputs, new Map(feeds))
  for (const options of [{ strict: false, bits: 256 }, { strict: true, bits: 128 }] as const) {
    const { values } = await compiled(outputs, new Map(feeds), options)
    expected.forEach((numbers, i) => {
      const wrong = numbers.findIndex((number, at) => !within(values[i][at], number, tolerance))
      expect(wrong < 0 ? '' : `output ${i}[${wrong}] is ${values[i][wrong]}, not ${numbers[wrong]}`).toBe('')
    })
  }
}

const within = (value: number, expected: number, tolerance: number): boolean =>
  Object.is(value, expected) || value === expected || Math.abs(value - expected) <= tolerance * (1 + Math.abs(expected))

const assertAll = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>, numRuns = 40) =>
  fc.assert(fc.asyncProperty(arbitrary, check), { numRuns })

/** Around the widths of vectors (4), unrolled loops (8, 16) and tiles of registers (6). */
const extents = fc.constantFrom(1, 1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 17, 23, 33, 48)
const shapes = (minimum: number, maximum = 4): fc.Arbitrary<number[]> =>
  fc.array(extents, { minLength: minimum, maxLength: maximum }).filter((shape) => sizeOf(shape) <= 6000)

/** A tensor of a shape, and the input behind it: as it is, transposed, cut out, repeated or reshaped. */
interface Operand {
  readonly tensor: Tensor
  readonly feed: Feed
}

const layouts = ['plain', 'transposed', 'cut', 'repeated', 'reshaped'] as const
type Layout = (typeof layouts)[number]
const anyLayout = fc.constantFrom(...layouts)

function operand(shape: Shape, layout: Layout, number: (i: number) => number, dtype: DType = 'f32'): Operand {
  const made = (own: Shape, view: (x: Tensor) => Tensor): Operand => {
    const tensor = t.input('x', own, dtype)
    return { tensor: view(tensor), feed: [tensor, range(sizeOf(own)).map((i) => Math.fround(number(i)))] }
  }
  if (layout === 'transposed' && shape.length > 1) {
    const backwards = range(shape.length).toReversed()
    return made(shape.toReversed(), (x) => t.transpose(x, backwards))
  }
  if (layout === 'cut') return made(shape.map((extent) => extent + 3), (x) => t.slice(x, shape.map((_, axis) => axis % 4), shape))
  if (layout === 'repeated' && shape.length > 0) {
    return made(shape.map((extent, axis) => (axis % 2 === 0 ? 1 : extent)), (x) => t.broadcast(x, shape))
  }
  if (layout === 'reshaped') return made([sizeOf(shape)], (x) => t.reshape(x, shape))
  return made(shape, (x) => x)
}

/** Numbers in (low, high), different at every index. */
const between = (low: number, high: number) => (i: number) => low + (high - low) * ((i * 0.618034 + 0.137) % 1)
const wholeNumbers = (i: number) => ((i * 7919) % 13) - 6

describe('elementwise functions', () => {
  const any = between(-9, 9)
  const positive = between(0.01, 30)
  it.each<[string, (x: Tensor) => Tensor, (i: number) => number]>([
    ['neg', t.neg, any], ['abs', t.abs, any], ['floor', t.floor, any], ['leakyRelu', t.leakyRelu, any], ['relu', t.relu, any],
    ['exp', t.exp, any], ['log', t.log, positive], ['sqrt', t.sqrt, positive], ['sin', t.sin, any], ['cos', t.cos, any],
    ['tanh', t.tanh, any], ['sigmoid', t.sigmoid, any], ['softplus', t.softplus, any],
    ['softplus far out', t.softplus, between(-80, 80)], ['sigmoid far out', t.sigmoid, between(-80, 80)],
    ['castI32', (x) => t.cast(x, 'i32'), any], ['rsqrt', composite.rsqrt, positive], ['pow', (x) => composite.pow(x, 1.5), positive],
    ['clamp', (x) => composite.clamp(x, -2, 3), any], ['logSigmoid', composite.logSigmoid, any],
  ])('%s', async (_, apply, numbers) => {
    await assertAll(fc.tuple(shapes(0), anyLayout), async ([shape, layout]) => {
      const { tensor, feed } = operand(shape, layout, numbers)
      await agree([apply(tensor), t.transpose(t.reshape(apply(tensor), [-1, 1]))], [feed], 2e-6)
    }, 8)
  })

  it.each<[string, (x: Tensor, y: Tensor) => Tensor]>([
    ['add', t.add], ['sub', t.sub], ['mul', t.mul], ['div', t.div], ['max', t.max], ['min', t.min],
    ['less', t.less], ['lessEqual', t.lessEqual], ['equal', (x, y) => t.equal(t.floor(x), t.floor(y))],
    ['select', (x, y) => t.where(t.less(x, y), t.mul(x, 2), y)],
    ['select of booleans', (x, y) => t.where(t.less(x, y), t.less(x, 0), t.less(y, 0))],
    ['logic', (x, y) => t.or(t.and(t.less(x, 1), t.not(t.less(y, 1))), t.equal(t.cast(t.less(x, y), 'i32'), 0))],
  ])('%s, broadcast', async (_, apply) => {
    await assertAll(fc.tuple(shapes(0), anyLayout, anyLayout, fc.nat(15), fc.nat(4)), async ([shape, first, second, ones, fewer]) => {
      const narrow = shape.map((extent, axis) => ((ones >> axis) & 1 ? 1 : extent)).slice(Math.min(fewer, shape.length))
      const x = operand(shape, first, between(-5, 5))
      const y = operand(narrow, second, between(-5, 5.5))
      await agree([apply(x.tensor, y.tensor), apply(y.tensor, x.tensor)], [x.feed, y.feed], 1e-6)
    }, 10)
  })

  it('on integers wrap round as 32 bits do', async () => {
    const big = (i: number) => Math.imul(i + 1, 0x9e3779b1)
    const feed = (name: string): Feed => [t.input(name, [37], 'i32'), range(37).map((i) => big(i + name.length))]
    const [x, y] = [feed('x'), feed('of y')]
    await agree([t.add(x[0], y[0]), t.sub(x[0], y[0]), t.mul(x[0], y[0]), t.neg(x[0]), t.max(x[0], y[0]), t.less(x[0], y[0])], [x, y])
  })

  it('cast floats beyond the integers to the nearest one', async () => {
    const feed: Feed = [t.input('x', [6]), [3e9, -3e9, 2147483520, -2147483648, 0.9, -0.9]]
    await agree([t.cast(feed[0], 'i32')], [feed])
  })

  it('pass NaN and infinities on', async () => {
    const feed: Feed = [t.input('x', [6]), [NaN, Infinity, -Infinity, 0, 1, -1]]
    const [x] = feed
    await agree([t.max(x, 0), t.min(x, 0), t.relu(t.max(x, -1)), t.leakyRelu(x, 0.25), t.abs(x), t.less(x, 0), t.lessEqual(t.abs(x), 3e38), t.where(t.less(x, 0), x, 1), t.maximum(x)], [feed])
  })
})

describe('reductions', () => {
  it.each(['f32', 'i32'] as const)('of %s over any axes', async (dtype) => {
    await assertAll(fc.tuple(shapes(0), anyLayout, fc.nat(15), fc.boolean()), async ([shape, layout, bits, keep]) => {
      const { tensor, feed } = operand(shape, layout, wholeNumbers, dtype)
      const options = { axes: range(shape.length).filter((axis) => (bits >> axis) & 1), keep }
      const total = t.sum(tensor, options)
      await agree([total, t.maximum(tensor, options), t.add(total, 1), t.sum(t.mul(tensor, tensor), options)], [feed])
    })
  })

  it.each([[[3, 9001], [1]], [[9001, 3], [0]], [[20_011], [0]], [[5000, 5], [0, 1]], [[2, 70, 90], [1, 2]], [[2, 70, 90], [0, 2]], [[70, 90, 2], [0, 1]]])(
    'of %j over %j: more than a tile',
    async (shape, axes) => {
      const { tensor, feed } = operand(shape, 'plain', wholeNumbers)
      await agree([t.sum(tensor, { axes }), t.maximum(tensor, { axes }), t.sum(t.mul(tensor, 2), { axes })], [feed])
    },
  )

  it('keep their digits', async () => {
    const { tensor, feed } = operand([100, 100], 'plain', between(0, 1))
    await agree([t.mean(tensor), t.mean(tensor, { axes: [0] }), t.mean(tensor, { axes: [1] })], [feed], 5e-7)
  })

  it('to the first of several largest', async () => {
    await assertAll(fc.tuple(shapes(1), anyLayout), async ([shape, layout]) => {
      const { tensor, feed } = operand(shape, layout, wholeNumbers)
      await agree([t.argmax(tensor), t.mul(t.cast(t.argmax(tensor), 'f32'), 2)], [feed])
    })
  })

  it('make softmax, logsumexp, moments and maxout', async () => {
    await assertAll(fc.tuple(shapes(2, 3), anyLayout), async ([shape, layout]) => {
      const { tensor, feed } = operand([...shape.slice(0, -1), 12], layout, between(-30, 30))
      const { mean, variance } = composite.moments(tensor, { axes: [0] })
      const normalized = composite.normalize(tensor, { mean, variance: t.add(variance, 1) })
      await agree([composite.softmax(tensor), composite.logSoftmax(tensor), composite.logSumExp(tensor), mean, variance, normalized, composite.maxout(tensor, 3)], [feed], 3e-6)
    }, 20)
  })
})

describe('matrix products', () => {
  const sizes = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 17, 24, 31, 33)
  it('in all orientations, with what follows them', async () => {
    const leading = fc.constantFrom([], [], [1], [3], [2, 2])
    await assertAll(fc.tuple(sizes, sizes, sizes, leading, anyLayout, anyLayout, fc.boolean(), fc.boolean()), async ([m, k, n, batch, first, second, flipA, flipB]) => {
      const flipped = (flip: boolean, rows: number, columns: number, layout: Layout): Operand => {
        const { tensor, feed } = operand([...batch, ...(flip ? [columns, rows] : [rows, columns])], layout, wholeNumbers)
        return { tensor: flip ? t.transpose(tensor) : tensor, feed }
      }
      const [a, b] = [flipped(flipA, m, k, first), flipped(flipB, k, n, second)]
      const bias = operand([n], 'plain', wholeNumbers)
      const product = t.matmul(a.tensor, b.tensor)
      await agree([t.relu(t.add(product, bias.tensor)), t.transpose(t.mul(product, 2)), t.add(product, t.sum(bias.tensor))], [a.feed, b.feed, bias.feed])
    }, 60)
  })

  it.each([[300, 20, 10], [7, 700, 33], [130, 784, 1], [1, 784, 130], [270, 515, 50], [20, 260, 300], [64, 1030, 64]])(
    'of %i x %i and that x %i: more than a tile or a panel',
    async (m, k, n) => {
      const [a, b, c, d] = [operand([m, k], 'plain', wholeNumbers), operand([k, n], 'plain', wholeNumbers), operand([k, m], 'plain', wholeNumbers), operand([n, k], 'plain', wholeNumbers)]
      const products = [t.matmul(a.tensor, b.tensor), t.matmul(a.tensor, t.transpose(d.tensor)), t.matmul(t.transpose(c.tensor), b.tensor), t.matmul(t.transpose(c.tensor), t.transpose(d.tensor))]
      await agree(products, [a.feed, b.feed, c.feed, d.feed])
    },
  )
})

describe('movements', () => {
  const dtypes = fc.constantFrom<DType[]>('f32', 'i32', 'u8', 'bool')
  const numbersOf: Record<DType, (i: number) => number> = { f32: between(-1, 1), i32: wholeNumbers, u8: (i) => (i * 89) % 256, bool: (i) => (i * 5) % 3 % 2 }

  it('join, surround and cut along any axis', async () => {
    await assertAll(fc.tuple(shapes(1), anyLayout, dtypes, fc.nat(3)), async ([shape, layout, dtype, wished]) => {
      const axis = wished % shape.length
      const x = operand(shape, layout, numbersOf[dtype], dtype)
      const y = operand(shape.map((extent, i) => (i === axis ? 3 : extent)), 'plain', numbersOf[dtype], dtype)
      const joined = t.concat([x.tensor, y.tensor, x.tensor], axis)
      const padded = t.pad(x.tensor, shape.map((_, i) => i % 2), shape.map((_, i) => (i === axis ? 2 : 0)))
      await agree([joined, padded, t.sliceAxis(joined, axis, 1, 2), x.tensor, t.reshape(t.transpose(t.reshape(joined, [-1, 1])), [-1])], [x.feed, y.feed])
    })
  })

  it('join what was computed, in place or not', async () => {
    const { tensor: x, feed } = operand([6, 8], 'plain', wholeNumbers)
    const doubled = t.mul(x, 2)
    const rows = t.concat([doubled, t.add(x, 1), doubled, t.transpose(t.reshape(doubled, [8, 6]), [1, 0])])
    await agree([rows, t.concat([doubled, t.neg(x)], 1), t.sum(rows), t.add(rows, 1), doubled], [feed])
    await agree([t.concat([rows, t.concat([t.neg(x), rows])]), t.concat([t.concat([doubled, x], 1), t.concat([x, t.add(x, 5)], 1)])], [feed])
  })

  it('give out views, constants and tables', async () => {
    const { tensor: x, feed } = operand([6, 8], 'plain', wholeNumbers)
    await agree([
      x, x, t.transpose(x), t.slice(x, [1, 2], [3, 4]), t.broadcast(x, [2, 6, 8]), t.reshape(t.transpose(x), [12, 4]), t.constant(3),
      t.broadcast(t.constant(2, 'i32'), [3, 4]), t.broadcast(t.constant(1, 'bool'), [5]), t.literal([1, 2, 3]), t.iota(19),
      t.literal([1, 0, 1], [3], 'bool'), t.literal([1, 200, 3], [3], 'u8'), t.stopGradient(x),
    ], [feed])
  })
})

describe('tables', () => {
  const indices = fc.array(fc.integer({ min: -3, max: 14 }), { minLength: 1, maxLength: 40 })

  it('are read by row, also outside', async () => {
    await assertAll(fc.tuple(shapes(1, 4), anyLayout, fc.constantFrom<DType[]>('f32', 'i32', 'u8', 'bool'), indices), async ([shape, layout, dtype, rows]) => {
      const { tensor, feed } = operand(shape, layout, (i) => (i * 89) % (dtype === 'bool' ? 2 : 256), dtype)
      const chosen: Feed = [t.input('rows', [rows.length], 'i32'), rows]
      const picked = t.gather(tensor, chosen[0])
      const number = dtype === 'f32' ? picked : t.cast(picked, 'f32')
      await agree([picked, t.mul(number, 0.5), t.sum(number, { axes: [0] }), t.reshape(number, [-1])], [feed, chosen])
    }, 60)
  })

  it('are summed by row, in order', async () => {
    await assertAll(fc.tuple(shapes(0, 3), indices, fc.integer({ min: 1, max: 40 })), async ([shape, rows, size]) => {
      const { tensor, feed } = operand([rows.length, ...shape], 'plain', wholeNumbers)
      const chosen: Feed = [t.input('rows', [rows.length], 'i32'), rows]
      const total = t.scatterAdd(chosen[0], tensor, size)
      await agree([total, t.add(t.mul(total, 2), 1), t.sum(total)], [feed, chosen])
    })
  })

  it('have rows of any length', async () => {
    const { tensor, feed } = operand([3, 70_001], 'plain', wholeNumbers)
    const images = operand([4, 150, 151, 3], 'plain', (i) => i % 251, 'u8')
    const rows: Feed = [t.input('rows', [3], 'i32'), [2, 0, 2]]
    await agree([t.gather(tensor, rows[0]), t.scatterAdd(rows[0], tensor, 3), t.cast(t.gather(images.tensor, rows[0]), 'f32')], [feed, images.feed, rows])
  })
})

describe('random numbers', () => {
  const source = { seed: t.literal([12, -34], [2], 'i32'), step: t.literal([5], [], 'i32') }

  it('are the same in a program', async () => {
    await assertAll(fc.tuple(shapes(0), fc.nat(50)), async ([shape, stream]) => {
      const uniform = t.randomUniform(source, stream, shape)
      const bias = operand(shape.slice(-1), 'plain', wholeNumbers)
      await agree([uniform, t.floor(t.mul(uniform, 7)), t.less(uniform, 0.5)], [])
      await agree([t.mul(t.randomNormal(source, stream, shape), 2), t.sub(uniform, bias.tensor), t.add(uniform, t.exp(t.sub(bias.tensor, 7))), t.transpose(t.reshape(uniform, [-1, 1]))], [bias.feed], 2e-6)
    }, 25)
  })

  it('are the same beyond a tile', async () => {
    await agree([t.randomUniform(source, 1, [5003]), t.floor(t.mul(3, t.randomUniform(source, 2, [71, 73])))], [])
  })

  it('shuffle', async () => {
    await assertAll(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), fc.integer({ min: 1, max: 3000 })), async ([total, first, count]) => {
      const start: Feed = [t.input('first', [], 'i32'), [first % total]]
      const order = t.shuffle(source, 3, total, start[0], count)
      await agree([order, t.gather(t.iota(total), order)], [start])
    }, 20)
  })
})

describe('a program', () => {
  const device = () => createDevice(inlineEngine())

  it('does small repeated work in time that does not double with every repetition', async () => {
    let x: Tensor = t.input('x', [9])
    const feed: Feed = [x, range(9)]
    for (let i = 0; i < 40; i++) x = t.tanh(t.sub(x, t.mul(x, t.cos(x))))
    await agree([t.sum(x)], [feed], 1e-4)
  })

  it('tells variables of one name apart', async () => {
    const feeds: Feed[] = [[t.input('x', [3]), [1, 2, 3]], [t.input('x', [3]), [10, 20, 30]]]
    await agree([t.sub(feeds[0][0], feeds[1][0])], feeds)
  })

  it('reports every step', async () => {
    const own = device()
    const count = own.variable('count', [], 'i32')
    const program = await compile(own, { updates: [[count, t.add(count.tensor, 1)]], report: { before: count.tensor, half: t.mul(t.cast(count.tensor, 'f32'), 0.5), two: t.constant(2) } })
    expect(await program.run(3)).toEqual([{ before: 0, half: 0, two: 2 }, { before: 1, half: 0.5, two: 2 }, { before: 2, half: 1, two: 2 }])
    // More steps than the log holds.
    expect((await program.run(600)).map(({ before }) => before)).toEqual(range(600).map((i) => i + 3))
    expect(await program.run(0)).toEqual([])
  })

  it('shares the memory of temporaries with others on its device', async () => {
    const own = device()
    const x = own.variable('x', [40, 40])
    const [y, z] = [own.variable('y', [40, 40]), own.variable('z', [40])]
    write(own, x, range(1600).map((i) => i % 7))
    const small = await compile(own, { updates: [[z, t.sum(t.matmul(x.tensor, x.tensor), { axes: [0] })]], report: {} })
    const large = await compile(own, { updates: [[y, t.matmul(t.matmul(x.tensor, x.tensor), t.concat([t.neg(x.tensor), x.tensor]).inputs[0])]], report: {} })
    await small.run()
    const first = [...read(own, z)]
    await large.run()
    await small.run()
    expect([...read(own, z)]).toEqual(first)
  })

  it.each<[string, (x: Tensor) => Tensor, string]>([
    ['another shape', (x) => t.reshape(x, [3, 2]), `the variable 'x' is f32[2, 3] and cannot become f32[3, 2]`],
    ['another type', (x) => t.cast(x, 'i32'), `the variable 'x' is f32[2, 3] and cannot become i32[2, 3]`],
  ])('refuses to give a variable %s', async (_, change, message) => {
    const own = device()
    const x = own.variable('x', [2, 3])
    await expect(compile(own, { updates: [[x, change(x.tensor)]], report: {} })).rejects.toThrow(message)
  })

  it('refuses two updates of one variable, reports that are no scalars, other devices and empty tensors', async () => {
    const own = device()
    const x = own.variable('x', [2, 3])
    const foreign = device().variable('y', [2, 3]).tensor
    await expect(compile(own, { updates: [[x, foreign], [x, x.tensor]], report: {} })).rejects.toThrow('updated twice')
    await expect(compile(own, { updates: [], report: { x: x.tensor } })).rejects.toThrow(`the report 'x' is no scalar`)
    await expect(compile(own, { updates: [[x, foreign]], report: {} })).rejects.toThrow(`the input 'y' is no variable of this device`)
    await expect(compile(own, { updates: [], report: { x: t.sum(t.slice(x.tensor, [0, 0], [0, 3])) } })).rejects.toThrow('without elements')
  })
})
