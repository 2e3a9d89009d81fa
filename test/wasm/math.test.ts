import { describe, expect, it } from 'vitest'
import { createModule, forRange, get, i32, load, op, seq, set, store } from '../../src/wasm/emit.ts'
import type { Code, Local } from '../../src/wasm/emit.ts'
import { circle, cos, exp, log, multiplyAdd, sigmoid, sin, softplus, tanh } from '../../src/wasm/math.ts'
import type { VectorFunction, VectorWriter } from '../../src/wasm/math.ts'

const batch = 1 << 14
const memoryType = { initial: 2, maximum: 2, shared: true }
const memory = new WebAssembly.Memory(memoryType)
const inputs = new Float32Array(memory.buffer, 0, batch)
const inputBits = new Uint32Array(memory.buffer, 0, batch)
const outputs = new Float32Array(memory.buffer, 4 * batch, batch)

function moduleOf(vectorFunction: VectorFunction, strict: boolean): Uint8Array<ArrayBuffer> {
  const module = createModule({ memory: memoryType })
  module.function('main', { params: [], results: [], export: true }, (f) => {
    const address = f.local('i32')
    const x = f.local('v128')
    const result = vectorFunction({ local: f.local, madd: multiplyAdd(strict) }, x)
    const body = seq(set(x, load('v128.load', get(address))), store('v128.store', get(address), result, 4 * batch))
    return forRange(address, i32(0), i32(4 * batch), 16, body)
  })
  return module.bytes()
}

/** Maps what stands in `inputs` to `outputs`. */
function compile(vectorFunction: VectorFunction, strict: boolean): () => void {
  const module = new WebAssembly.Module(moduleOf(vectorFunction, strict))
  const { main } = new WebAssembly.Instance(module, { env: { memory } }).exports
  if (typeof main !== 'function') throw new Error('no main')
  return () => main()
}

/** Calls `visit(x, f(x))` for floats of every sign, binade and kind: each `stride`-th bit pattern. */
function sweep(run: () => void, visit: (x: number, y: number) => void, stride = 9973): void {
  for (let bits = 0; bits < 2 ** 32; bits += batch * stride) {
    for (let i = 0; i < batch; i++) inputBits[i] = bits + i * stride
    run()
    for (let i = 0; i < batch; i++) visit(inputs[i], outputs[i])
  }
}

function apply(run: () => void, values: readonly number[]): number[] {
  inputs.set(values)
  run()
  return [...outputs.subarray(0, values.length)]
}

/** The distance to the next float32 of larger magnitude. */
function unitInLastPlace(value: number): number {
  const magnitude = Math.max(Math.abs(value), 2 ** -126)
  const exponent = Math.floor(Math.log2(magnitude))
  return 2 ** ((2 ** exponent > magnitude ? exponent - 1 : exponent) - 23)
}

interface Case {
  readonly vectorFunction: VectorFunction
  readonly reference: (x: number) => number
  /** Largest error in units in the last place. */
  readonly ulps: number
  readonly within?: (x: number) => boolean
}

const cases: Record<string, Case> = {
  exp: { vectorFunction: exp, reference: Math.exp, ulps: 1.2 },
  log: { vectorFunction: log, reference: Math.log, ulps: 1 },
  tanh: { vectorFunction: tanh, reference: Math.tanh, ulps: 3 },
  sigmoid: {
    vectorFunction: sigmoid,
    reference: (x) => (x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
    ulps: 2.5,
    within: (x) => !(x < -87.3),
  },
  softplus: {
    vectorFunction: softplus,
    reference: (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))),
    ulps: 4,
  },
  sin: { vectorFunction: sin, reference: Math.sin, ulps: 3, within: (x) => Math.abs(x) <= Math.PI },
}

/** Node 20 knows relaxed SIMD behind a flag only. */
const hasRelaxed = WebAssembly.validate(moduleOf(exp, false))
const roundings = [
  { rounding: 'multiply, then add', strict: true },
  { rounding: 'relaxed multiply-add', strict: false },
].filter(({ strict }) => strict || hasRelaxed)

describe.each(roundings)('with $rounding', ({ strict }) => {
  for (const [name, { vectorFunction, reference, ulps, within = () => true }] of Object.entries(cases)) {
    it(`${name} is right to ${ulps} units in the last place, over all binades`, () => {
      const run = compile(vectorFunction, strict)
      const wrong: string[] = []
      let worst = 0
      sweep(run, (x, y) => {
        if (!within(x)) return
        const exact = reference(x)
        if (Number.isFinite(exact) && Number.isFinite(y)) {
          worst = Math.max(worst, Math.abs(y - exact) / unitInLastPlace(exact))
        } else if (!Object.is(y, Math.fround(exact))) wrong.push(`${name}(${x}) = ${y}, not ${exact}`)
      })
      expect(wrong).toEqual([])
      expect(worst).toBeLessThan(ulps)
      expect(worst).toBeGreaterThan(0.4) // correct rounding has 0.5: the measure works
    })
  }

  it('sin and cos are right to 2e-7 up to a hundred turns', () => {
    for (const [vectorFunction, reference] of [
      [sin, Math.sin],
      [cos, Math.cos],
    ] as const) {
      const run = compile(vectorFunction, strict)
      let worst = 0
      for (let piece = 0; piece < 8; piece++) {
        for (let i = 0; i < batch; i++) inputs[i] = 200 * Math.PI * (2 * ((8 * i + piece) / (8 * batch)) - 1)
        run()
        for (let i = 0; i < batch; i++) worst = Math.max(worst, Math.abs(outputs[i] - reference(inputs[i])))
      }
      expect(worst).toBeLessThan(2e-7)
    }
  })

  it('circle gives the cosine and sine of a fraction of a turn', () => {
    const part =
      (which: 'cosine' | 'sine'): VectorFunction =>
      (writer, turns) => {
        const { setup, ...results } = circle(writer, turns)
        return seq(setup, results[which])
      }
    for (const which of ['cosine', 'sine'] as const) {
      const run = compile(part(which), strict)
      for (let i = 0; i < batch; i++) inputs[i] = i / (batch - 1)
      run()
      const reference = which === 'cosine' ? Math.cos : Math.sin
      const errors = outputs.map((y, i) => Math.abs(y - reference(2 * Math.PI * inputs[i])))
      expect(Math.max(...errors)).toBeLessThan(2e-7)
    }
  })

  it('special values come out as Math has them', () => {
    const special = [0, -0, Infinity, -Infinity, NaN, 2 ** -149, -(2 ** -149), 1]
    for (const { vectorFunction, reference } of Object.values(cases)) {
      const run = compile(vectorFunction, strict)
      const values = vectorFunction === sin ? special.filter((x) => Number.isFinite(x) || Number.isNaN(x)) : special
      const found = apply(run, values)
      values.forEach((x, i) => {
        const exact = Math.fround(reference(x))
        if (Math.abs(exact) > 0 && Number.isFinite(exact)) expect(found[i]).toBeCloseTo(exact, 6)
        else expect(found[i]).toBe(exact)
      })
    }
  })

  it('exp, log and softplus hold at the ends of their ranges', () => {
    const largest = 3.4028234663852886e38
    expect(apply(compile(exp, strict), [88.72284, 1000, -104, -1000])).toEqual([Infinity, Infinity, 0, 0])
    expect(apply(compile(exp, strict), [-103])[0]).toBe(2 ** -149)
    expect(apply(compile(log, strict), [-1, -largest, -(2 ** -149)])).toEqual([NaN, NaN, NaN])
    expect(apply(compile(log, strict), [2 ** -149])[0]).toBeCloseTo(-149 * Math.LN2, 5)
    const [tiny, huge] = apply(compile(softplus, strict), [-80, largest])
    expect(tiny / Math.exp(-80)).toBeCloseTo(1, 6)
    expect(huge).toBe(largest)
  })

  it('tanh is odd and stays within [-1, 1]; sigmoid within [0, 1]', () => {
    const run = compile(tanh, strict)
    for (let i = 0; i < batch / 2; i++) inputs[2 * i + 1] = -(inputs[2 * i] = (12 * i) / batch)
    run()
    for (let i = 0; i < batch; i += 2) {
      expect(outputs[i + 1]).toBe(-outputs[i])
      expect(outputs[i]).toBeLessThanOrEqual(1)
    }
    sweep(compile(sigmoid, strict), (x, y) => {
      if (!Number.isNaN(x) && !(y >= 0 && y <= 1)) throw new Error(`sigmoid(${x}) = ${y}`)
    })
  })
})

describe('a vector function', () => {
  it('leaves its operand as it was', () => {
    for (const { vectorFunction } of Object.values(cases)) {
      const keeping = (writer: VectorWriter, x: Local): Code => {
        const ignored = writer.local('v128')
        return seq(set(ignored, vectorFunction(writer, x)), op('v128.or', get(x), get(x)))
      }
      expect(apply(compile(keeping, true), [1, 2, -3, 100])).toEqual([1, 2, -3, 100])
    }
  })
})
