import { compile } from '../../src/runtime/compile.ts'
import type { Accelerator } from '../../src/runtime/accelerator.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { add, convolve, mul } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Convolution, Pair, Shape } from '../../src/tensor/tensor.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

/** What devices may have a special way for, and get wrong: by channels and outputs, groups, kernels and where zeros are. */
interface Case {
  readonly groups?: number
  readonly channels: number
  readonly outputs: number
  readonly kernel?: number
  readonly walk?: Partial<Convolution>
}

const square = (size: number): Pair => [size, size]
const [extent, images] = [4, 2]

const cases: readonly Case[] = [
  ...[3, 4, 5, 6, 9, 15].flatMap((channels) => [3, 4, 8].map((outputs) => ({ channels, outputs }))),
  ...[1, 4, 5, 6, 9, 10].flatMap((outputs) => [2, 3].map((groups) => ({ groups, channels: 4, outputs }))),
  ...[1, 2, 4].flatMap((kernel) =>
    [
      { size: square(4), offset: square(1), dilation: square(-1) },
      { size: square(4), offset: square(3), stride: square(-1) },
      { size: square(4), offset: square(0) },
      { size: square(4), offset: square(1) },
      { size: square(4), offset: square(-2) },
      { size: square(3), offset: square(-2), dilation: square(2) },
      { size: square(2), offset: square(-1), stride: square(2), order: 'positions' as const },
      { size: [5, 3] as const, offset: [0, -2] as const, dilation: [-1, 1] as const },
    ].map((walk) => ({ channels: 6, outputs: 8, kernel, walk })),
  ),
]

/** The largest difference between what an accelerator computes and the interpreter, each with its case. */
export async function wrongConvolutions(accelerator: Accelerator): Promise<{ case: Case; error: number }[]> {
  const device = createDevice(inlineEngine(), { accelerator })
  const filled = (name: string, shape: Shape, seed: number) => {
    const variable = device.variable(name, shape)
    const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.fround(Math.sin(i * 12.9898 + seed)))
    write(device, variable, values)
    return { ...variable, values }
  }
  const all = cases.map((one, seed) => {
    const { groups = 1, channels, outputs, kernel = 3, walk } = one
    const x = filled('x', [groups, images, extent, extent, channels], seed)
    const weight = filled('weight', [groups, kernel, kernel, channels, outputs], seed + 0.5)
    const plain = {
      size: square(extent),
      stride: square(1),
      dilation: square(1),
      offset: square(-1),
      order: 'images',
    } as const
    const result = convolve(x.tensor, weight.tensor, { ...plain, ...walk })
    const state = filled('state', result.shape, seed + 0.25)
    return { one, inputs: [x, weight, state], state, next: add(mul(state.tensor, 0.5), result) }
  })
  const program = await compile(device, { updates: all.map(({ state, next }) => [state, next]), report: {} })
  await program.run()
  return all.map(({ one, inputs, state, next }) => {
    const [expected] = interpret([next], new Map(inputs.map(({ tensor, values }) => [tensor, values])))
    const found = read(device, state)
    return { case: one, error: Math.max(...expected.map((value, index) => Math.abs(value - found[index]))) }
  })
}
