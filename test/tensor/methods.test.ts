import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as composite from '../../src/tensor/composite/index.ts'
// oxlint-disable-next-line import/no-unassigned-import -- it adds what is tested
import '../../src/tensor/methods.ts'
import * as elementwise from '../../src/tensor/operations/elementwise.ts'
import * as operations from '../../src/tensor/operations/index.ts'
import { simplify } from '../../src/tensor/simplify.ts'
import type { Moments } from '../../src/tensor/composite.ts'
import type { Operand, Tensor } from '../../src/tensor/tensor.ts'

const { add, input, matmul, mul, relu, sub } = operations

const x = input('x', [2, 3])
const image = input('image', [1, 4, 4, 4])
const kernel = input('kernel', [3, 3, 4, 2])
const labels = input('labels', [5], 'i32')
const yes = input('yes', [2, 3], 'bool')
const source = { seed: input('seed', [2], 'i32'), step: input('step', [], 'i32') }

type Function = (...given: readonly unknown[]) => unknown
const table: Readonly<Record<string, unknown>> = { ...operations, ...composite }
const asFunction = (name: string) => table[name] as Function
const asMethod = (tensor: Tensor, name: string) => (tensor as unknown as Record<string, Function | undefined>)[name]

/** The graph, or the message where there is none. */
function outcome(make: () => unknown): unknown {
  try {
    return make()
  } catch (error) {
    return String(error)
  }
}

/** Arguments behind the first one that make sense, for what takes others than tensors and numbers. */
const examples: [name: string, tensor: Tensor, ...rest: unknown[]][] = [
  ['matmul', x, input('w', [3, 4])],
  ['conv2d', image, kernel, { stride: 2, padding: 1 }],
  ['gather', x, labels],
  ['scatterAdd', labels, input('updates', [5, 2]), 3],
  ['reshape', x, [3, -1]],
  ['transpose', x],
  ['transpose', image, [0, 3, 1, 2]],
  ['broadcast', x, [4, 2, 3]],
  ['slice', x, [0, 1], [2, 2]],
  ['sliceAxis', x, -1, 0, 2],
  ['pad', x, [1, 1], [0, 0]],
  ['stopGradient', x],
  ['sum', x, { axes: [0], keep: true }],
  ['mean', x],
  ['maximum', x, { axes: [-1] }],
  ['argmax', x],
  ['cast', labels, 'f32'],
  ['where', yes, x, 0],
  ['leakyRelu', x, 0.1],
  ['square', x],
  ['pow', x, 3],
  ['clamp', x, -1, 1],
  ['softmax', x],
  ['logSumExp', x, { axes: [0] }],
  ['oneHot', labels, 10],
  ['dropout', x, 0.5, source, 1],
  ['moments', x, { axes: [0] }],
  ['averagePool', image, { kernel: 2 }],
  ['upsampleBilinear', image, 2],
  ['reflectPad', image, 1],
  ['pixelShuffle', image, 2],
]

describe('operations as methods of tensors', () => {
  it('are every function whose first argument is a tensor', () => {
    const [others, methods] = [Object.keys(table), Object.keys(table)].map((names, kind) =>
      names.filter((name) => (asMethod(x, name) === undefined) === (kind === 0)).toSorted(),
    )
    expect(others).toEqual(
      ['concat', 'constant', 'input', 'iota', 'literal', 'randomNormal', 'randomUniform', 'shuffle'].toSorted(),
    )
    expect(methods.length).toBeGreaterThan(70)
  })

  it('make the graph of the functions, or the same error, elementwise', () => {
    const tensors = (['f32', 'i32', 'u8', 'bool'] as const).flatMap((dtype) =>
      [[2, 3], [3], [2, 1], [4], []].map((shape) => input(`${dtype} ${shape.join(' x ')}`, shape, dtype)),
    )
    const tensor = fc.constantFrom(...tensors)
    const operand = fc.oneof(tensor, fc.constantFrom<Operand>(0, 1, -2, 0.5, Infinity))
    const name = fc.constantFrom(...Object.keys(elementwise))
    const rest = fc.oneof(fc.array(operand, { maxLength: 3 }), fc.constantFrom<unknown[]>(['f32'], ['i32']))
    fc.assert(
      fc.property(name, tensor, rest, (operation, first, others) => {
        const chained = outcome(() => asMethod(first, operation)?.apply(first, others))
        expect(chained).toEqual(outcome(() => asFunction(operation)(first, ...others)))
      }),
      { numRuns: 500 },
    )
  })

  it.each(examples)('make the graph of the functions: %s', (name, tensor, ...rest) => {
    expect(asMethod(tensor, name)?.apply(tensor, rest)).toEqual(asFunction(name)(tensor, ...rest))
  })

  it('follow each other', () => {
    const [w, b] = [input('w', [3, 4]), input('b', [4])]
    expect(x.matmul(w).add(b).relu()).toEqual(relu(add(matmul(x, w), b)))
    expect(
      x
        .less(0)
        .not()
        .where(x, 0)
        .sum({ axes: [0] }).shape,
    ).toEqual([3])
  })

  it('are found on what the compiler makes of tensors as well', () => {
    const [simple] = simplify([mul(sub(x, 0), 1).add(0).square()])
    expect(simple).toEqual(mul(x, x))
    expect(simple.sum().shape).toEqual([])
    expect(composite.softmax(x).sum().shape).toEqual([])
  })

  it("are not among a tensor's own fields", () => {
    const fields = ['primitive', 'inputs', 'shape', 'dtype', 'path']
    expect(Object.keys(add(x, 1))).toEqual(fields)
    expect(Object.keys(composite.softmax(x))).toEqual([...fields, 'origin'])
    expect(structuredClone(add(x, 1))).toEqual(add(x, 1))
    expect(JSON.parse(JSON.stringify(add(x, 1)))).toEqual(add(x, 1))
    const enumerated = []
    for (const name in x) enumerated.push(name)
    expect(enumerated).toEqual(fields)
  })

  it('have the types of the functions', () => {
    expectTypeOf(x.mul).parameters.toEqualTypeOf<[b: Operand]>()
    expectTypeOf(x.mul).returns.toEqualTypeOf<Tensor>()
    expectTypeOf(x.moments).returns.toEqualTypeOf<Moments>()
    expectTypeOf(x.dropout).parameters.toEqualTypeOf<
      Parameters<typeof composite.dropout> extends [unknown, ...infer Rest] ? Rest : never
    >()
    // None is left without a tensor that it could be called on.
    expectTypeOf<
      { [N in keyof Tensor]: [Tensor[N]] extends [never] ? N : never }[keyof Tensor]
    >().toEqualTypeOf<undefined>()
  })

  it('refuse wrong operands before anything runs', () => {
    const refused: readonly (() => unknown)[] = [
      // @ts-expect-error -- no text
      () => x.add('1'),
      // @ts-expect-error -- a number, not a list
      () => x.mul([1, 2, 3]),
      // @ts-expect-error -- the other matrix
      () => x.matmul(),
      // @ts-expect-error -- a number is no matrix
      () => x.matmul(2),
      // @ts-expect-error -- no such option
      () => x.sum({ axis: 0 }),
      // @ts-expect-error -- f32 or i32
      () => x.cast('f64'),
      // @ts-expect-error -- takes a list of tensors, and is a function alone
      () => x.concat([x]),
      // @ts-expect-error -- called without its tensor
      () => (0, x.add)(1),
      // @ts-expect-error -- has the fields of a tensor, but not its methods
      () => add({ ...x }, 1), // oxlint-disable-line typescript/no-misused-spread -- the types say so too
    ]
    expect(refused).toHaveLength(9)
  })
})
