import { bytesOf } from '../kernels/nest.ts'
import type { Access, Block, Nest, Value } from '../kernels/nest.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Shape } from '../tensor/tensor.ts'
import type { KernelInfo } from '../wasm/program.ts'
import type { Program } from './compile.ts'
import type { Device } from './device.ts'

/** What one kernel of a compiled step costs. */
export interface KernelProfile extends KernelInfo {
  /** The extents of its loops; of a matrix product [batch..., m, k, n]. */
  readonly extents: Shape
  /** Bytes of the linear memory that it reads or writes, each counted once. */
  readonly bytes: number
  /** Best time of all its tiles one after the other on one thread, with nothing else running. */
  readonly milliseconds: number
}

/**
 * Times every kernel of a program alone, on the calling thread. What the program computes is spoilt by it: kernels that
 * update state do so many times.
 */
export async function profile(device: Device, program: Program): Promise<KernelProfile[]> {
  const { instance } = await WebAssembly.instantiate(program.bytes, { env: { memory: device.engine.memory } })
  const nests = program.nests.flat()
  const rows: KernelProfile[] = []
  for (const [index, kernel] of program.kernels.entries()) {
    const run = instance.exports[kernel.name]
    if (typeof run !== 'function') throw new Error(`the program exports no kernel ${kernel.name}`)
    const allTiles = () => {
      for (let tile = 0; tile < kernel.tiles; tile++) run(tile, device.scratch)
    }
    const nest = nests[index]
    rows.push({
      ...kernel,
      extents: extentsOf(nest),
      bytes: touchedBytes(nest),
      milliseconds: await bestTime(allTiles),
    })
  }
  return rows
}

/** Enough calls for V8's optimizing compiler to take a small function up; large ones have it sooner. */
const enough = { calls: 30, milliseconds: 20 } as const

async function bestTime(run: () => void): Promise<number> {
  timesOf(run)
  // While the thread pauses, what was compiled in the background is put in place.
  await new Promise((resolve) => void setTimeout(resolve, 5))
  return Math.min(...timesOf(run))
}

function timesOf(run: () => void): number[] {
  const times: number[] = []
  const begin = performance.now()
  do {
    const start = performance.now()
    run()
    times.push(performance.now() - start)
  } while (times.length < enough.calls && performance.now() - begin < enough.milliseconds)
  return times
}

function extentsOf({ space, producer }: Nest): Shape {
  if (producer?.kind === 'contract') return [...producer.batch, ...[producer.m, producer.k, producer.n].map(sizeOf)]
  if (producer?.kind === 'winograd') {
    const { directions, images, channels, units } = producer
    return [images, ...directions.map(({ pairs }) => pairs), channels, units]
  }
  return producer?.kind === 'reduce' ? [...producer.kept, ...producer.reduced] : space
}

/** One array that is read and written counts once. */
function touchedBytes(nest: Nest): number {
  const most = new Map<Block, number>()
  for (const { block, elements } of touches(nest)) most.set(block, Math.max(most.get(block) ?? 0, elements))
  return [...most].reduce((sum, [{ dtype, size }, elements]) => sum + Math.min(elements, size) * bytesOf(dtype), 0)
}

interface Touch {
  readonly block: Block
  readonly elements: number
}

/** Every array that a kernel works on, and how many of its elements. */
function touches({ space, producer, body }: Nest): Touch[] {
  const own = [...loads(body.values, space), ...body.stores.map(({ access }) => walk(access, space))]
  switch (producer?.kind) {
    case undefined:
      return own
    case 'contract': {
      const { batch, m, n, k, a, b } = producer
      return [...own, walk(a, [...batch, ...m, ...k]), walk(b, [...batch, ...k, ...n])]
    }
    case 'points':
      return [...own, all(producer.kernel, producer.kernel.block.size)]
    case 'winograd':
      return [...own, ...[producer.data, producer.filter].map((access) => all(access, access.block.size))]
    case 'reduce':
      return [...own, ...loads(producer.input, [...producer.kept, ...producer.reduced])]
    case 'argmax':
      return [...own, all(producer.input, producer.rows * producer.columns)]
    case 'gather':
      return [...own, all(producer.table, producer.rows * producer.columns), all(producer.indices, producer.rows)]
    case 'scatterAdd': {
      const { updates, indices, updateRows, columns } = producer
      return [...own, all(updates, updateRows * columns), all(indices, updateRows)]
    }
    case 'random':
      return [...own, all(producer.seed, 2), all(producer.step, 1)]
    case 'shuffle':
      return [...own, all(producer.seed, 2), all(producer.epoch, 1), all(producer.first, 1)]
  }
}

const all = ({ block }: Access, elements: number): Touch => ({ block, elements })

/** Along an axis on which the address stays, it is the same elements over and over. */
const walk = ({ block, strides }: Access, shape: Shape): Touch => ({
  block,
  elements: shape.reduce((product, extent, axis) => (strides[axis] === 0 ? product : product * extent), 1),
})

const loads = (values: readonly Value[], shape: Shape): Touch[] =>
  values.flatMap((value) => (value.kind === 'load' ? [walk(value.access, shape)] : []))
