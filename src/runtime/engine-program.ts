import { buildKernels } from '../kernels/plan.ts'
import type { Block } from '../kernels/nest.ts'
import { bytesOf } from '../kernels/nest.ts'
import { layOut, literalsOf, phasesOf } from '../kernels/phases.ts'
import { topological } from '../tensor/graph.ts'
import { cast } from '../tensor/operations/index.ts'
import { simplify } from '../tensor/simplify.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { emitProgram } from '../wasm/program.ts'
import type { Device, Variable } from './device.ts'
import { inTurn } from './program.ts'
import type { Program, Step } from './program.ts'

/** Steps whose reports are kept before JavaScript fetches them. */
const logSteps = 256

/** A step as one WebAssembly module for the device's threads. */
export async function compileForEngine<Names extends string>(
  device: Device,
  { updates, report }: Step<Names>,
): Promise<Program<Names>> {
  const names = Object.keys(report)
  const reported = Object.values<Tensor>(report).map((tensor) => cast(tensor, 'f32'))
  const simplified = simplify([...updates.map(([, tensor]) => tensor), ...reported])

  const reportBlock: Block = { name: 'report', dtype: 'f32', size: names.length, role: 'external', values: [] }
  const { target } = device
  const computation = {
    inputs: new Map(variablesIn(device, simplified).map(({ tensor, block }) => [tensor, block])),
    outputs: simplified.map((tensor, index) =>
      index < updates.length
        ? { tensor, block: updates[index][0].block }
        : { tensor, block: reportBlock, offset: index - updates.length },
    ),
  }
  const nests = buildKernels(computation, target)
  const phases = phasesOf(nests, target)
  const { addressOf: addressInArena, bytes: temporaryBytes } = layOut(phases, target)

  const reportBytes = names.length * 4
  const report0 = device.allocate(reportBytes)
  const log = device.allocate(reportBytes * logSteps)
  const arena = device.temporaries(temporaryBytes)
  const addresses = new Map<Block, number>([[reportBlock, report0]])
  for (const { block, address } of device.variables.values()) addresses.set(block, address)
  for (const [block, address] of addressInArena) addresses.set(block, arena + address)
  for (const block of literalsOf(nests)) addresses.set(block, placeLiteral(device, block))

  const { memory } = device.engine
  const { bytes, kernels } = emitProgram(phases, {
    memory: {
      initial: 1,
      maximum: 65536,
      shared: typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer,
    },
    control: device.control,
    scratch: device.scratch,
    strict: device.strict,
    target,
    report: report0,
    reportBytes,
    tilingOf: device.tilingOf,
    addressOf(block) {
      const address = addresses.get(block)
      if (address === undefined) throw new Error(`${block.name} has no place in memory`)
      return address
    },
  })
  const results = updates.map(([{ block, address }]) => ({ address, bytes: block.size * bytesOf(block.dtype) }))
  const loaded = await device.engine.load(bytes, [...results, { address: log, bytes: reportBytes * logSteps }])

  async function run(steps = 1): Promise<Record<Names, number>[]> {
    const rows: Record<Names, number>[] = []
    for (let done = 0; done < steps; done += logSteps) {
      const some = Math.min(logSteps, steps - done)
      await loaded.run(some, log)
      const values = new Float32Array(memory.buffer, log, some * names.length).slice()
      for (let step = 0; step < some; step++) {
        const row = Object.fromEntries(names.map((name, i) => [name, values[step * names.length + i]]))
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names are those of the report
        rows.push(row as Record<Names, number>)
      }
    }
    for (const [variable] of updates) device.changed(variable)
    return rows
  }
  // The next call writes over the log, so it waits until this one has read it.
  return { kernels, nests: phases, bytes, temporaryBytes, run: inTurn(run) }
}

function variablesIn(device: Device, outputs: readonly Tensor[]): Variable[] {
  return topological(outputs)
    .filter((tensor) => isKind(tensor, 'input'))
    .map((tensor) => {
      const variable = device.variables.get(tensor)
      if (variable === undefined)
        throw new Error(
          `the input '${isKind(tensor, 'input') ? tensor.primitive.name : ''}' is no variable of this device`,
        )
      return variable
    })
}

function placeLiteral(device: Device, { dtype, size, values }: Block): number {
  const bytes = size * bytesOf(dtype)
  const address = device.allocate(bytes)
  const { buffer } = device.engine.memory
  if (dtype === 'f32') new Float32Array(buffer, address, size).set(values)
  else new Int32Array(buffer, address, size).set(dtype === 'bool' ? values.map((value) => -value) : values)
  device.engine.wrote({ address, bytes })
  return address
}
