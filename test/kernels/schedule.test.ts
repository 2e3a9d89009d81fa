import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lower } from '../../src/kernels/lower.ts'
import type { Nest } from '../../src/kernels/nest.ts'
import { phasesOf } from '../../src/kernels/phases.ts'
import { buildKernels } from '../../src/kernels/plan.ts'
import { readBy, schedule } from '../../src/kernels/schedule.ts'
import type { Group } from '../../src/kernels/schedule.ts'
import { batchNorm, dense, leakyRelu, stack } from '../../src/nn/index.ts'
import { learning, randomness } from '../../src/nn/layer.ts'
import { adam } from '../../src/optim/index.ts'
import { gradients } from '../../src/tensor/grad.ts'
import {
  add,
  cast,
  constant,
  exp,
  gather,
  input,
  less,
  literal,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  randomNormal,
  relu,
  reshape,
  softplus,
  sub,
  sum,
  tanh,
  transpose,
} from '../../src/tensor/operations/index.ts'
import { simplify } from '../../src/tensor/simplify.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { exactGraphs } from '../runtime/exact-graphs.ts'
import { computation, target } from './computation.ts'

const kernelsOf = (results: readonly Tensor[], updates: readonly (readonly [Tensor, Tensor])[] = []): Nest[] => {
  const all = simplify([...results, ...updates.map(([, after]) => after)])
  return buildKernels(
    computation(
      all.slice(0, results.length),
      updates.map(([before], i) => [before, all[results.length + i]]),
    ),
    target,
  )
}
const kinds = (nests: readonly Nest[]) => nests.map(({ producer }) => producer?.kind ?? 'map')

const [x, weight, bias] = [input('x', [32, 20]), input('weight', [20, 40]), input('bias', [40])]
const layer = add(matmul(x, weight), bias)

describe('what shares a kernel', () => {
  it('a layer forward: product, bias and activation', () => {
    const nests = kernelsOf([relu(layer)])
    expect(kinds(nests)).toEqual(['contract'])
    expect(nests[0].body.stores).toHaveLength(1)
  })

  it('a layer and its backward mask, with what the gradient is multiplied by', () => {
    const [next, error] = [input('next', [40, 3]), input('error', [32, 3])]
    const nests = kernelsOf(gradients(sum(mul(matmul(relu(layer), next), error)), [weight, bias]))
    // Forward with the mask; the error through the next layer, masked; the gradients of weight and bias.
    expect(kinds(nests)).toEqual(['contract', 'contract', 'contract', 'reduce'])
  })

  it("a weight's gradient and its Adam update: three states in place", () => {
    const step = input('step', [], 'i32')
    const error = input('error', [32, 40])
    const [first, second] = [input('first', [20, 40]), input('second', [20, 40])]
    const { parameters, state } = adam({ learningRate: 1e-3 }).update(
      { weight: matmul(transpose(x), error) },
      { first: { weight: first }, second: { weight: second } },
      { weight },
      step,
    )
    const nests = kernelsOf(
      [],
      [
        [weight, parameters.weight],
        [first, state.first.weight],
        [second, state.second.weight],
      ],
    )
    // The corrections are scalars of the step alone.
    expect(kinds(nests)).toEqual(['map', 'contract'])
    expect(new Set(nests[1].body.stores.map(({ access }) => access.block.name))).toEqual(
      new Set(['weight', 'first', 'second']),
    )
  })

  it('reductions and the elementwise work that only they read', () => {
    expect(kinds(kernelsOf([mean(softplus(neg(x)))]))).toEqual(['reduce'])
    expect(kinds(kernelsOf([sum(exp(sub(x, 1)), { axes: [1] }), maximum(exp(sub(x, 1)), { axes: [0] })]))).toEqual([
      'reduce',
      'reduce',
    ])
    // Stored once where several long reductions would repeat it.
    const long = input('long', [64, 64])
    expect(kinds(kernelsOf([sum(exp(long), { axes: [1] }), maximum(exp(long), { axes: [0] })]))).toEqual([
      'map',
      'reduce',
      'reduce',
    ])
    // And what follows them point by point.
    expect(kinds(kernelsOf([tanh(mul(sum(x, { axes: [1] }), 2))]))).toEqual(['reduce'])
  })

  it('noise, and what is done with it; not what walks another way', () => {
    const source = { seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }
    const noise = randomNormal(source, 0, [20, 40])
    expect(kinds(kernelsOf([mul(add(noise, weight), 2)]))).toEqual(['map', 'random'])
    expect(kinds(kernelsOf([add(noise, bias)]))).toEqual(['map', 'random', 'map'])
    expect(kinds(kernelsOf([add(noise, exp(add(weight, bias)))]))).toEqual(['map', 'random', 'map'])
    expect(kinds(kernelsOf([add(noise, transpose(input('other', [40, 20])))]))).toEqual(['map', 'random', 'map'])
  })

  it('rows of a table and their conversion', () => {
    const images = gather(input('images', [99, 20], 'u8'), input('rows', [32], 'i32'))
    expect(kinds(kernelsOf([sub(mul(cast(images, 'f32'), 2 / 255), 1)]))).toEqual(['gather'])
  })

  it('elementwise work over the same points, but never around what needs its end', () => {
    const doubled = mul(x, 2)
    expect(kinds(kernelsOf([doubled, exp(doubled), cast(less(doubled, 0), 'f32')]))).toEqual(['map'])
    // The sum needs all of power, and is needed by what would otherwise share its kernel.
    const power = exp(x)
    expect(kinds(kernelsOf([add(tanh(power), mul(power, sum(power)))]))).toEqual(['map', 'reduce', 'map'])
    expect(kinds(kernelsOf([reshape(add(reshape(doubled, [1, 32, 20]), 1), [32, 1, 20])]))).toEqual(['map'])
  })
})

describe('a schedule', () => {
  it('computes everything that is needed once, in groups that wait for each other in no circle', () => {
    fc.assert(
      fc.property(exactGraphs(40), fc.boolean(), ({ tensors }, simple) => {
        const outputs = lower(simple ? simplify(tensors.slice(-4)) : tensors.slice(-4), target)
        const { groups, homeOf } = schedule(outputs, target)
        for (const group of groups) for (const member of group.members) expect(homeOf.get(member)).toBe(group)
        const done = new Set<Group>()
        const waiting = new Set(groups)
        for (let before = -1; before !== done.size;) {
          before = done.size
          for (const group of waiting) {
            if (!readBy(group, homeOf).every((source) => done.has(source))) continue
            done.add(group)
            waiting.delete(group)
          }
        }
        expect(waiting.size).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  it('of a whole player has few kernels, several of which run at a time', () => {
    const random = randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)
    const player = stack([dense(64), batchNorm(), leakyRelu(), dense(1)])
    const { parameters, buffers } = player.init([20], random)
    const inputs = Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, input(name, shape)]))
    const { output } = player.apply({ parameters: inputs, buffers }, x, learning(random))
    const loss = mean(softplus(neg(output)))
    const nests = kernelsOf([loss, ...gradients(loss, Object.values(inputs))])
    const phases = phasesOf(nests, target)
    expect(kinds(nests).filter((kind) => kind === 'contract').length).toBeLessThanOrEqual(5)
    expect(nests.length).toBeLessThanOrEqual(20)
    expect(phases.length).toBeLessThan(nests.length)
  })
})
