import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildKernels } from '../../src/kernels/plan.ts'
import { sinkMoves } from '../../src/kernels/code-sinking.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { averagePool, upsampleNearest } from '../../src/tensor/composite/index.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { add, conv2d, input, leakyRelu, matmul, mul, reshape, sub, sum } from '../../src/tensor/operations/index.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import { simplify } from '../../src/tensor/simplify.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { exactGraphs } from '../runtime/exact-graphs.ts'
import { computation, target } from './computation.ts'

const kernelsOf = (results: readonly Tensor[], updates: readonly (readonly [Tensor, Tensor])[] = []) => {
  const simplified = simplify([...results, ...updates.map(([, after]) => after)])
  return buildKernels(
    computation(
      simplified.slice(0, results.length),
      updates.map(([before], i) => [before, simplified[results.length + i]]),
    ),
    target,
  )
}
const namesOf = (...kernels: Parameters<typeof kernelsOf>) =>
  kernelsOf(...kernels)
    .map(({ name }) => name)
    .filter((name) => !name.endsWith('fill'))

/** The product of every pixel, as the layer `pointwise` has it. */
function everyPixel(images: Tensor, channels: number, name: string): Tensor {
  const pixels = reshape(images, [sizeOf(images.shape.slice(0, -1)), images.shape[3]])
  const product = matmul(pixels, input(name, [images.shape[3], channels]))
  return reshape(add(product, input(`${name} bias`, [channels])), [...images.shape.slice(0, -1), channels])
}

const activation = (x: Tensor): Tensor => leakyRelu(x, 0.25)
const around = { padding: 1, groups: 2 }

describe('moves', () => {
  it('come after the activation of a grouped convolution, which stands in its kernel', () => {
    const x = activation(input('x', [2, 5, 5, 8]))
    const once = activation(add(conv2d(x, input('k', [3, 3, 4, 8]), around), input('bias', [8])))
    const twice = conv2d(once, input('other', [3, 3, 4, 8]), around)
    expect(namesOf([sum(mul(twice, twice))])).toEqual(['elementwise', 'convolve', 'convolve', 'reduce'])
  })

  it('let a product of pixels write its result between the zeros that a convolution wants around it', () => {
    const x = everyPixel(input('x', [2, 5, 5, 3]), 8, 'first')
    const y = conv2d(activation(x), input('k', [3, 3, 4, 8]), around)
    const z = everyPixel(activation(y), 4, 'last')
    expect(namesOf([sum(mul(z, z))])).toEqual(['convolve', 'convolve', 'convolve', 'reduce'])
  })

  it('of repeated elements take no memory where elementwise work sees them', () => {
    const x = input('x', [2, 8, 8, 16])
    const pooled = averagePool(activation(x), { kernel: 2 })
    const [gradient] = gradients(sum(mul(pooled, pooled)), [x])
    expect(namesOf([gradient])).toEqual(['elementwise', 'reduce', 'elementwise'])
    expect(kernelsOf([gradient]).at(-1)?.space).toEqual([2, 4, 2, 4, 2, 16])
  })

  it('leave new values of state to be written over the old ones', () => {
    const kernel = input('k', [3, 3, 4, 8])
    const y = conv2d(input('x', [2, 5, 5, 8]), kernel, around)
    const [gradient] = gradients(sum(mul(y, y)), [kernel])
    const momentum = input('momentum', [3, 3, 4, 8])
    const next = add(mul(momentum, 0.5), mul(gradient, gradient))
    const nests = kernelsOf(
      [],
      [
        [momentum, next],
        [kernel, sub(kernel, next)],
      ],
    )
    const written = nests.flatMap(({ body }) => body.stores.map(({ access }) => access.block.name))
    expect(written.filter((name) => ['k', 'momentum'].includes(name))).toEqual(['momentum', 'k'])
    expect(nests.at(-1)?.body.stores).toHaveLength(2)
  })

  it('change no number of a random graph', () => {
    fc.assert(
      fc.property(exactGraphs(40), fc.boolean(), ({ tensors, feeds }, isSimplified) => {
        const outputs = isSimplified ? simplify(tensors.slice(-5)) : tensors.slice(-5)
        expect(interpret(sinkMoves(outputs), feeds)).toEqual(interpret(outputs, feeds))
      }),
      { numRuns: 150 },
    )
  })

  it('change no number of images that are convolved in groups, pooled and repeated', () => {
    const numbers = (shape: Shape, seed: number) => range(sizeOf(shape)).map((i) => ((i * seed) % 7) - 3)
    const image = fc.record({
      images: fc.integer({ min: 1, max: 2 }),
      height: fc.constantFrom(2, 4),
      width: fc.constantFrom(2, 4, 6),
      groups: fc.integer({ min: 1, max: 3 }),
      channels: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(image, ({ images, height, width, groups, channels }) => {
        const x = input('x', [images, height, width, groups * channels])
        const k = input('k', [3, 3, channels, groups * channels])
        const w = input('w', [groups * channels, 4])
        const y = activation(conv2d(x, k, { padding: 1, groups }))
        const rows = matmul(reshape(y, [images * height * width, groups * channels]), w)
        const z = activation(reshape(rows, [images, height, width, 4]))
        const whole = add(z, upsampleNearest(averagePool(z, { kernel: 2 }), 2))
        const outputs = [whole, ...gradients(sum(mul(whole, whole)), [x, k, w])]
        const feeds = new Map([x, k, w].map((tensor, i) => [tensor, numbers(tensor.shape, 3 + 2 * i)]))
        const simplified = simplify(outputs)
        expect(interpret(sinkMoves(simplified), feeds)).toEqual(interpret(simplified, feeds))
      }),
      { numRuns: 40 },
    )
  })
})
