import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../src/onnx/export.ts'
import { averagePool, maxPool, softmax } from '../../src/tensor/composite/index.ts'
import { gradients } from '../../src/tensor/grad.ts'
import * as t from '../../src/tensor/operations/index.ts'
import { simplify } from '../../src/tensor/simplify.ts'
import { altered } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expectSameNumbers, operatorsIn, spread } from './onnx-runtime.ts'

const image = t.input('image', [2, 6, 6, 3])
const kernel = t.input('kernel', [3, 3, 4, 3])
const feeds = new Map([image, kernel].map((tensor, seed) => [tensor, spread(tensor.shape, seed, -1, 1)]))

/** The operators of outputs that ONNX Runtime computes as the interpreter does. */
async function operatorsOf(outputs: Readonly<Record<string, Tensor>>): Promise<string[]> {
  return operatorsIn(await expectSameNumbers(outputs, feeds, 1e-4))
}

const project = (tensor: Tensor): Tensor => t.sum(t.mul(tensor, t.literal(spread(tensor.shape, 5), tensor.shape)))

describe('a composition leaves under its name', () => {
  it('where nobody looks into it', async () => {
    expect(await operatorsOf({ y: softmax(t.reshape(image, [2, -1])) })).toEqual(['Reshape', 'Softmax'])
  })

  it('where others read only what moves its inputs, as the derivative of a transposed convolution does', async () => {
    const y = t.convTranspose2d(image, kernel, { stride: 2, padding: 1 })
    const [byImage] = gradients(project(y), [image])
    const operators = await operatorsOf({ y, byImage })
    expect(operators.filter((type) => type === 'ConvTranspose')).toHaveLength(1)
  })

  it('and so does the derivative of a convolution by its images', async () => {
    const y = t.conv2d(image, t.transpose(kernel, [0, 1, 3, 2]), { stride: 2, padding: 1 })
    const [byImage] = gradients(project(y), [image])
    expect(await operatorsOf({ byImage })).toContain('ConvTranspose')
  })

  it('but not where its parts are computed anyway: for a derivative', async () => {
    const y = softmax(t.reshape(image, [2, -1]))
    const [slope] = gradients(project(y), [image])
    const operators = await operatorsOf({ y, slope })
    expect(operators).not.toContain('Softmax')
    expect(operators.filter((type) => type === 'Exp')).toHaveLength(1)
  })

  it('nor where one of its parts leaves as well', async () => {
    const pooled = averagePool(image, { kernel: 2 })
    const [sum] = pooled.inputs
    expect(await operatorsOf({ pooled })).toContain('AveragePool')
    expect(await operatorsOf({ pooled, sum })).not.toContain('AveragePool')
  })

  it('nor where one of its parts is fed', () => {
    const y = t.mean(image)
    const [sum] = y.inputs
    const graph = {
      inputs: [{ name: 'sum', tensor: sum }],
      outputs: [{ name: 'y', tensor: y }],
      weights: new Map(),
    }
    expect(operatorsIn(exportOnnx(graph, { graphName: 'test' }))).toEqual(['Div'])
  })

  it('nor where its parts were made anew over other inputs', async () => {
    const elsewhere = t.input('elsewhere', image.shape)
    const pooled = maxPool(image, { kernel: 3, stride: 2, padding: 1 })
    const copies = new Map<Tensor, Tensor>([[image, t.neg(elsewhere)]])
    const copyOf = (tensor: Tensor): Tensor => {
      const copy = copies.get(tensor) ?? altered(tensor, { inputs: tensor.inputs.map(copyOf) })
      copies.set(tensor, copy)
      return copy
    }
    const model = await expectSameNumbers({ y: copyOf(pooled) }, new Map([[elsewhere, spread(image.shape, 3)]]))
    expect(operatorsIn(model)).not.toContain('MaxPool')
  })

  it('and computes the same after simplification, by name or not', async () => {
    const y = t.convTranspose2d(averagePool(image, { kernel: 2 }), kernel, { stride: 2 })
    const [simple] = simplify([t.sum(y, { axes: [0] })])
    expect(await operatorsOf({ simple })).toContain('Conv')
  })
})
