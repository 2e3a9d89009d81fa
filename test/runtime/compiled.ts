import { compile } from '../../src/runtime/compile.ts'
import type { Program } from '../../src/runtime/compile.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import type { Device, DeviceOptions, Variable } from '../../src/runtime/device.ts'
import { topological } from '../../src/tensor/graph.ts'
import { altered } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

export type Feeds = ReadonlyMap<Tensor, ArrayLike<number>>

/** The same graph over other inputs. */
export function withInputs(outputs: readonly Tensor[], replacements: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  const replaced = new Map(replacements)
  const replace = (tensor: Tensor): Tensor => replaced.get(tensor) ?? tensor
  for (const tensor of topological(outputs)) {
    if (!replaced.has(tensor)) replaced.set(tensor, altered(tensor, { inputs: tensor.inputs.map(replace) }))
  }
  return outputs.map(replace)
}

/** A device with the fed inputs as its variables, and the graph over those. */
export function onDevice(
  device: Device,
  outputs: readonly Tensor[],
  feeds: Feeds,
): { inputs: Variable[]; traced: Tensor[] } {
  const inputs = [...feeds].map(([{ shape, dtype }, values]) => {
    const variable = device.variable('fed', shape, dtype)
    write(device, variable, values)
    return variable
  })
  const replacements = new Map([...feeds.keys()].map((tensor, i) => [tensor, inputs[i].tensor]))
  return { inputs, traced: withInputs(outputs, replacements) }
}

export interface Compiled {
  readonly values: number[][]
  readonly program: Program
}

/** What a program compiled for this thread makes of the fed values; booleans as 0 and 1. */
export async function compiled(
  outputs: readonly Tensor[],
  feeds: Feeds,
  options: DeviceOptions = {},
): Promise<Compiled> {
  return compiledOn(createDevice(inlineEngine(), options), outputs, feeds)
}

/** The same on a device. */
export async function compiledOn(device: Device, outputs: readonly Tensor[], feeds: Feeds): Promise<Compiled> {
  const { traced } = onDevice(device, outputs, feeds)
  const results = traced.map(({ shape, dtype }) => device.variable('result', shape, dtype))
  const program = await compile(device, { updates: results.map((result, i) => [result, traced[i]]), report: {} })
  await program.run()
  return { values: results.map((result) => Array.from(read(device, result))), program }
}
