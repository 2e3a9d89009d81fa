import { describe, expect, it } from 'vitest'
import { graphBuilder } from '../../src/onnx/graph-builder.ts'

describe('a graph under construction', () => {
  it('leaves out operators and initializers that no output needs', () => {
    const builder = graphBuilder()
    const x = { label: 'x' }
    const needed = builder.operator('', 'Add', [x, builder.constant('one', 'f32', [], [1])])
    builder.operator('', 'Add', [needed, builder.constant('two', 'f32', [], [2])])
    const { node, initializer } = builder.finish([x], [{ name: 'y', handle: needed }])
    expect(node.map(({ input, output }) => [input, output])).toEqual([[['x', 'one'], ['y']]])
    expect(initializer.map(({ name }) => name)).toEqual(['one'])
  })

  it('keeps equal constants once, but not those of another type or shape, nor the two zeros', () => {
    const builder = graphBuilder()
    const zero = builder.constant('zero', 'f32', [], [0])
    expect(builder.constant('again', 'f32', [], [0])).toBe(zero)
    for (const other of [
      builder.constant('whole', 'i32', [], [0]),
      builder.constant('vector', 'f32', [1], [0]),
      builder.constant('negative', 'f32', [], [-0]),
    ]) {
      expect(other).not.toBe(zero)
    }
  })

  it('gives no value the name of an input or output, copied outputs among them', () => {
    const builder = graphBuilder()
    const x = { label: 'Neg' }
    const inner = builder.operator('', 'Exp', [builder.operator('', 'Neg', [x])])
    const outputs = [
      { name: 'Exp', handle: x },
      { name: 'y', handle: builder.operator('', 'Abs', [inner]) },
    ]
    const { node } = builder.finish([x], outputs)
    expect(node.map(({ opType, input, output }) => [opType, ...input, ...output])).toEqual([
      ['Neg', 'Neg', 'Neg_2'],
      ['Exp', 'Neg_2', 'Exp_2'],
      ['Abs', 'Exp_2', 'y'],
      ['Identity', 'Neg', 'Exp'],
    ])
  })
})
