import { describe, expect, it } from 'vitest'
import { compile } from '../../src/runtime/compile.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { profile } from '../../src/runtime/profile.ts'
import { constant, gather, leakyRelu, literal, matmul, randomUniform, sum } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

/** The profile of a program that computes one tensor from variables of these shapes. */
async function profileOf(shapes: readonly (readonly number[])[], compute: (...inputs: Tensor[]) => Tensor) {
  const device = createDevice(inlineEngine(), { strict: true })
  const inputs = shapes.map((shape, index) => device.variable(`x${index}`, shape, index === 2 ? 'i32' : 'f32').tensor)
  const result = compute(...inputs)
  const out = device.variable('out', result.shape)
  const program = await compile(device, { updates: [[out, result]], report: {} })
  return { rows: await profile(device, program), kernels: program.kernels }
}

describe('profile', () => {
  it('counts the work and the bytes of a product with what follows it', async () => {
    const { rows, kernels } = await profileOf(
      [
        [32, 40],
        [40, 24],
      ],
      (a, b) => leakyRelu(matmul(a, b)),
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject(kernels[0])
    expect(rows[0]).toMatchObject({ extents: [32, 40, 24], bytes: 4 * (32 * 40 + 40 * 24 + 32 * 24) })
    expect(rows[0].flops).toBe(32 * 24 * (2 * 40 + 1))
  })

  it('counts what a sum reads, once where it is repeated', async () => {
    const { rows } = await profileOf([[50, 8]], (x) => sum(x, { axes: [0] }))
    const { rows: gathered } = await profileOf([[50, 8], [1], [6]], (table, _, rowsOfTable) =>
      gather(table, rowsOfTable),
    )
    expect(rows.reduce((bytes, row) => bytes + row.bytes, 0)).toBeGreaterThanOrEqual(4 * (50 * 8 + 8))
    expect(gathered.map(({ bytes }) => bytes)).toEqual([4 * (6 * 8 + 6 + 6 * 8)])
  })

  it('tells more work from less', async () => {
    const product = (size: number) =>
      profileOf(
        [
          [size, size],
          [size, size],
        ],
        (a, b) => matmul(a, b),
      )
    const [{ rows: small }, { rows: large }] = [await product(16), await product(320)]
    expect(small[0].milliseconds).toBeGreaterThanOrEqual(0)
    // 8000 times the work.
    expect(large[0].milliseconds).toBeGreaterThan(20 * small[0].milliseconds)
  })

  it('times every kernel of a program that has several', async () => {
    const { rows, kernels } = await profileOf([[2]], () => {
      const source = { seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }
      return matmul(randomUniform(source, 0, [8, 8]), randomUniform(source, 1, [8, 8]))
    })
    expect(rows.map(({ name, phase }) => ({ name, phase }))).toEqual(
      kernels.map(({ name, phase }) => ({ name, phase })),
    )
    expect(rows.length).toBeGreaterThan(1)
  })
})
