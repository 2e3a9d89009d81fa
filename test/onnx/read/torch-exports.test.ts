import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { expectClose, runOnnx } from '../onnx-runtime.ts'
import { readFor } from './reading.ts'

const fixture = (name: string) => new URL(`../../fixtures/${name}`, import.meta.url)

/** As bench/peers/fixture-onnx.py writes it down. */
interface Exports {
  readonly images: readonly number[]
  readonly cases: Readonly<Record<string, { readonly files: readonly string[]; readonly y: readonly number[] }>>
}
const { images, cases } = JSON.parse(readFileSync(fixture('torch-exports.json'), 'utf8')) as Exports

const x = { dtype: 'f32' as const, shape: [2, 3, 32, 32], values: images.map((byte) => Math.fround(byte / 255)) }
const files = Object.values(cases).flatMap(({ files: names, y }) => names.map((name) => [name, y] as const))

describe('what PyTorch exported', () => {
  it.each(files)('%s gives what PyTorch gives', async (name, y) => {
    const bytes = readFileSync(fixture(name))
    const { model, outputs, feeds } = readFor(bytes, { x })
    expect(model.inputs).toEqual([{ name: 'x', shape: ['batch', 3, 32, 32], dtype: 'f32' }])
    expect(outputs.map(({ shape }) => shape)).toEqual([[2, 10]])
    const [values] = interpret(outputs, feeds)
    const [runtime] = await runOnnx(bytes, [{ x }])
    // What an untrained network gives is small.
    const inUnits = (numbers: ArrayLike<number>) => Array.from(numbers, (number) => number / Math.max(...y))
    expectClose(inUnits(values), inUnits(y), 1e-5)
    expectClose(inUnits(values), inUnits(runtime.y.values), 1e-5)
  })
})
