import { describe, expect, it } from 'vitest'
import { splitStep } from '../../src/runtime/split.ts'
import {
  add,
  argmax,
  broadcast,
  cast,
  gather,
  input,
  iota,
  less,
  matmul,
  mul,
  randomNormal,
  randomUniform,
  reshape,
  shuffle,
  sub,
  sum,
  transpose,
  where,
} from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const [seed, step, position] = [input('seed', [2], 'i32'), input('step', [], 'i32'), input('position', [], 'i32')]
const images = input('images', [50, 12], 'u8')
const weight = input('weight', [12, 3])
const source = { seed, step }

const rows = shuffle(source, 0, 50, position, 8)
const batch = cast(gather(images, rows), 'f32')
const noise = randomNormal(source, 1, [8, 12])
const counters = [
  [step, add(step, 1)],
  [position, add(position, 8)],
] as const

const split = (updates: readonly (readonly [Tensor, Tensor])[], outputs: readonly Tensor[] = []) => {
  const found = splitStep(updates, outputs)
  if (found === null) throw new Error('nothing for the accelerator')
  return found
}

describe('a step in two parts', () => {
  it('leaves counters, random numbers and data to the host, and all that floats become to the accelerator', () => {
    const loss = sum(matmul(sub(batch, noise), weight))
    const next = sub(weight, mul(weight, loss))
    const { isAccelerated, feeds, residents } = split([...counters, [weight, next]], [loss])
    expect([weight, next, loss].map(isAccelerated)).toEqual([true, true, true])
    expect([rows, batch, noise, ...counters.flat()].map(isAccelerated)).toEqual(Array(7).fill(false))
    expect(feeds).toEqual([sub(batch, noise)])
    expect(residents).toEqual([])
  })

  it('feeds few numbers: what others are made of, and nothing twice', () => {
    const chosen = less(randomUniform(source, 2, [8, 1]), 0.5)
    const mask = where(broadcast(chosen, [8, 12]), batch, 0)
    const slope = mul(
      matmul(transpose(batch), matmul(batch, weight)),
      add(sum(matmul(mask, weight)), cast(step, 'f32')),
    )
    const { feeds } = split([...counters, [weight, sub(weight, slope)]])
    expect(new Set(feeds)).toEqual(new Set([batch, chosen, cast(step, 'f32')]))
  })

  it('knows what is only read', () => {
    const [scale, unused] = [input('scale', [3]), input('unused', [4])]
    const { residents, feeds } = split([
      [weight, mul(weight, scale)],
      [unused, unused],
    ])
    expect({ residents, feeds }).toEqual({ residents: [scale], feeds: [] })
  })

  it('takes whole numbers along that are made of floats, and whatever is made of those', () => {
    const [best, count] = [input('best', [8], 'i32'), input('count', [], 'i32')]
    const next = argmax(matmul(batch, weight))
    const after = add(count, sum(best))
    const { isAccelerated } = split([
      [weight, mul(weight, 0.5)],
      [best, next],
      [count, after],
    ])
    expect([best, next, count, after].map(isAccelerated)).toEqual([true, true, true, true])
  })

  it('is none where no floats depend on their past', () => {
    expect(splitStep([...counters, [weight, randomNormal(source, 3, [12, 3])]], [])).toBe(null)
    const drawn = input('drawn', [8, 3])
    expect(splitStep([[drawn, matmul(noise, weight)]], [])).toBe(null)
    expect(splitStep([[weight, weight]], [sum(weight)])).toBe(null)
  })

  it('leaves floats to the host that only its own become', () => {
    const [latest, decay] = [input('latest', [8, 12]), input('decay', [])]
    const { isAccelerated, feeds } = split([
      ...counters,
      [latest, batch],
      [decay, decay],
      [weight, mul(weight, sum(mul(latest, decay)))],
    ])
    expect(isAccelerated(latest)).toBe(false)
    // As it was before the step.
    expect(feeds).toEqual([sum(mul(latest, decay))])
    expect(isAccelerated(reshape(iota(3), [3, 1]))).toBe(false)
  })

  it('gives products of data alone to the accelerator as well', () => {
    const table = input('table', [12, 12])
    const known = matmul(batch, table)
    const { isAccelerated, feeds, residents } = split([[weight, mul(weight, sum(known))]])
    expect(isAccelerated(known)).toBe(true)
    expect({ feeds, residents }).toEqual({ feeds: [batch], residents: [table] })
  })
})
