/** An iteration's matrix products alone, as Forger computes them: products-peer.ts big|small */

import { compile } from '../src/runtime/compile.ts'
import { write } from '../src/runtime/device.ts'
import type { Variable } from '../src/runtime/device.ts'
import { openNodeDevice } from '../src/runtime/open-node.ts'
import { forgerVersion } from '../src/files/package-version-node.ts'
import { matmul, transpose } from '../src/tensor/operations/index.ts'
import type { Tensor } from '../src/tensor/tensor.ts'
import { denseGameOf, rules } from './peers/stand-in.mjs'
import { serve } from './peers/serve.mjs'
import { productsOf } from './products.ts'

const game = denseGameOf(process.argv[2])
await serve(forgerVersion(), game, async () => {
  const device = await openNodeDevice({ threads: rules.threads })
  const variables = new Map<string, Variable>()
  const current = new Map<string, Tensor>()
  const arrayOf = (name: string, shape: [number, number]): Tensor => {
    const known = current.get(name)
    if (known !== undefined) return known
    const variable = device.variable(name, shape)
    const bound = 1 / Math.sqrt(shape[0])
    write(
      device,
      variable,
      Array.from({ length: shape[0] * shape[1] }, () => (2 * Math.random() - 1) * bound),
    )
    variables.set(name, variable)
    current.set(name, variable.tensor)
    return variable.tensor
  }
  const updates = productsOf(game).map(({ m, n, k, left, right, out, transposed }) => {
    const a = transposed === 'left' ? transpose(arrayOf(left, [k, m])) : arrayOf(left, [m, k])
    const b = transposed === 'right' ? transpose(arrayOf(right, [n, k])) : arrayOf(right, [k, n])
    arrayOf(out, [m, n])
    const product = matmul(a, b)
    current.set(out, product)
    return [out, product] as const
  })
  const program = await compile(device, {
    updates: updates.flatMap(([out, product]) => {
      const variable = variables.get(out)
      return variable === undefined ? [] : [[variable, product] as const]
    }),
    report: {},
  })
  return async (steps) => {
    await program.run(steps)
    return [0, 0]
  }
})
