import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { permute, randomBits, randomNormal, randomUniform } from '../../src/tensor/threefry.ts'
import { call, createModule, get } from '../../src/wasm/emit.ts'
import { separateMultiplyAdd } from '../../src/wasm/math.ts'
import { fillFunction, permutationFunction } from '../../src/wasm/random.ts'
import type { Distribution } from '../../src/wasm/random.ts'

const memoryType = { initial: 2, maximum: 2, shared: true }
const memory = new WebAssembly.Memory(memoryType)
const floats = new Float32Array(memory.buffer)
const integers = new Int32Array(memory.buffer)
/** Index of the first number that is written. */
const start = 16
const untouched = -7

type Name = Distribution | 'permutation'

const { exports } = instantiate(['bits', 'uniform', 'normal', 'permutation'])

function instantiate(names: readonly Name[]): WebAssembly.Instance {
  const module = createModule({ memory: memoryType })
  for (const name of names) {
    const handle =
      name === 'permutation' ? permutationFunction(module) : fillFunction(module, name, separateMultiplyAdd)
    const signature = { params: handle.params, results: [], export: true }
    module.function(name, signature, ({ params }) => call(handle, ...params.map(get)))
  }
  return new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } })
}

/** Overwrites the memory, then calls the function on `start` with the other arguments. */
function fill(name: Name, ...args: number[]): void {
  const run = exports[name]
  if (typeof run !== 'function') throw new Error(`no function ${name}`)
  floats.fill(untouched)
  run(4 * start, ...args)
}

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const draws = fc.record({ seedLow: word, seedHigh: word, stream: word, step: word, count: fc.nat(100) })

describe('fillFunction', () => {
  it('draws the bits of the oracle', () => {
    fc.assert(
      fc.property(draws, ({ seedLow, seedHigh, stream, step, count }) => {
        fill('bits', count, seedLow, seedHigh, stream, step, 0)
        const bits = randomBits([seedLow, seedHigh], stream, step, count)
        expect(integers.slice(start, start + count)).toEqual(Int32Array.from(bits))
      }),
    )
  })

  it('draws the uniform numbers of the oracle, exactly', () => {
    fc.assert(
      fc.property(draws, ({ seedLow, seedHigh, stream, step, count }) => {
        fill('uniform', count, seedLow, seedHigh, stream, step, 0)
        const uniform = randomUniform([seedLow, seedHigh], stream, step, count)
        expect(floats.slice(start, start + count)).toEqual(Float32Array.from(uniform))
      }),
    )
  })

  it('draws the normal numbers of the oracle to 1e-6', () => {
    const count = 30_000
    fill('normal', count, 11, 12, 13, 14, 0)
    const normal = randomNormal([11, 12], 13, 14, count)
    expect(Math.max(...normal.map((x, i) => Math.abs(x - floats[start + i])))).toBeLessThan(1e-6)
  })

  it('writes count numbers and not one more', () => {
    for (const name of ['bits', 'uniform', 'normal'] as const) {
      for (let count = 0; count <= 33; count++) {
        fill(name, count, 1, 2, 3, 4, 0)
        expect(floats.slice(0, start).every((value) => value === untouched)).toBe(true)
        expect(floats.slice(start, start + count).includes(untouched)).toBe(false)
        expect(floats.slice(start + count).every((value) => value === untouched)).toBe(true)
      }
    }
  })

  it('draws a whole from pieces that start at multiples of 16', () => {
    fc.assert(
      fc.property(draws, fc.nat(5), ({ seedLow, seedHigh, stream, step, count }, groups) => {
        for (const name of ['bits', 'uniform', 'normal'] as const) {
          fill(name, 16 * groups + count, seedLow, seedHigh, stream, step, 0)
          const whole = integers.slice(start + 16 * groups, start + 16 * groups + count)
          fill(name, count, seedLow, seedHigh, stream, step, 16 * groups)
          expect(integers.slice(start, start + count)).toEqual(whole)
        }
      }),
    )
  })
})

describe('permutationFunction', () => {
  it('writes the order of the oracle, wrapping round at the end', () => {
    const totals = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }))
    fc.assert(
      fc.property(draws, totals, fc.nat(), ({ seedLow, seedHigh, stream, step, count }, total, anywhere) => {
        const first = anywhere % total
        fill('permutation', count, seedLow, seedHigh, stream, step, total, first)
        const expected = Array.from({ length: count }, (_, i) =>
          permute([seedLow, seedHigh], stream, step, total, (first + i) % total),
        )
        expect(integers.slice(start, start + count)).toEqual(Int32Array.from(expected))
        expect(floats[start + count]).toBe(untouched)
      }),
    )
  })
})
