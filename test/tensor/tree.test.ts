import { describe, expect, it } from 'vitest'
import { consumersOf, topological } from '../../src/tensor/graph.ts'
import { add, input, mul } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { leavesOf, mapTree } from '../../src/tensor/tree.ts'

const weight = input('weight', [2, 3])
const bias = input('bias', [3])
const tree = { generator: { dense1: { weight, bias }, dense2: { weight } }, step: bias }

describe('a tree', () => {
  it('names its leaves by dots, in the order in which it was written', () => {
    expect(leavesOf(tree)).toEqual([
      ['generator.dense1.weight', weight],
      ['generator.dense1.bias', bias],
      ['generator.dense2.weight', weight],
      ['step', bias],
    ])
    expect(leavesOf(weight)).toEqual([['', weight]])
  })

  it('is mapped to one of the same form', () => {
    const names: string[] = []
    const mapped = mapTree(tree, (tensor, name) => {
      names.push(name)
      return tensor === bias ? weight : bias
    })
    expect(mapped.generator.dense1.bias).toBe(weight)
    expect(mapped.generator.dense2.weight).toBe(bias)
    expect(names).toEqual(leavesOf(tree).map(([name]) => name))
  })

  it('may have leaves called primitive and inputs', () => {
    expect(leavesOf({ primitive: weight, inputs: bias })).toEqual([
      ['primitive', weight],
      ['inputs', bias],
    ])
  })
})

describe('a graph', () => {
  const sum = add(weight, bias)
  const product = mul(sum, sum)

  it('is listed with inputs before users, everything once', () => {
    const order = topological([product, sum])
    expect(new Set(order).size).toBe(order.length)
    for (const tensor of order)
      for (const used of tensor.inputs) expect(order.indexOf(used)).toBeLessThan(order.indexOf(tensor))
    expect(order).toContain(weight)
  })

  it('knows the readers of each tensor, each once', () => {
    const consumers = consumersOf(topological([product]))
    expect(consumers.get(sum)).toEqual([product])
    expect(consumers.get(product)).toEqual([])
  })

  it('is walked at any depth', () => {
    let deep: Tensor = bias
    for (let i = 0; i < 20_000; i++) deep = add(deep, deep)
    expect(topological([deep])).toHaveLength(20_001)
  })
})
