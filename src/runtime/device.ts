import { bytesOf } from '../kernels/nest.ts'
import type { Block } from '../kernels/nest.ts'
import type { Target } from '../kernels/target.ts'
import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/shape.ts'
import { input } from '../tensor/operations/index.ts'
import type { DType, Shape, Tensor } from '../tensor/tensor.ts'
import type { Engine } from '../wasm/engine.ts'
import { controlBytes } from '../wasm/barrier.ts'
import { hasFusedMultiplyAdd } from '../wasm/features.ts'
import type { Product } from '../wasm/orientation.ts'
import { wasmTarget } from '../wasm/target.ts'
import { defaultTiling, scratchBytes } from '../wasm/tiling.ts'
import type { Tiling } from '../wasm/tiling.ts'
import type { Accelerator } from './accelerator.ts'
import { closable, provideAsyncDispose } from './closing.ts'
import type { AsyncDisposal } from './closing.ts'

/** An array that stays on the device: state, data, or what a program gives back. Programs read and write it by its tensor. */
export interface Variable {
  /** For error messages and printed kernels. */
  readonly name: string
  /** Stands for its present value in whatever is traced. */
  readonly tensor: Tensor
  /** @internal */
  readonly block: Block
  /**
   * Byte address in the linear memory.
   * @internal
   */
  readonly address: number
}

export interface DeviceOptions {
  /** No relaxed instructions: the same bytes on every machine and in every browser. Default false, unless there are none here. */
  readonly strict?: boolean
  /** What steps are compiled for; WebAssembly with vectors of 128 bits by default. */
  readonly target?: Target
  /** How each product is cut; the default is a fixed rule for the vector width. */
  readonly tilingOf?: (product: Product) => Tiling
  /** What takes the floats of training steps over; nobody unless told. */
  readonly accelerator?: Accelerator | null
}

/**
 * Threads with a linear memory, and what stands where in it. It is closed by `close`, or at the end of the block where the language has
 * `await using device = await openDevice()` (Node 24 and later, or what a compiler makes of it; Node 20 and 22 cannot parse it).
 */
export interface Device extends AsyncDisposal {
  /** Its threads: how many there are. */
  readonly engine: Engine
  /**
   * Ends its threads and gives back what it has on an accelerator. Programs that run end with a UserError, as does whatever is asked of
   * the device afterwards. Closing it again changes nothing.
   */
  close(): Promise<void>
  /** Whether results are the same bytes on every machine and in every browser. */
  readonly strict: boolean
  /**
   * What takes the floats of training steps over; null where the threads do everything.
   * @internal
   */
  readonly accelerator: Accelerator | null
  /**
   * What steps are compiled for.
   * @internal
   */
  readonly target: Target
  /** @internal */
  readonly tilingOf: (product: Product) => Tiling
  /** @internal */
  readonly control: number
  /** @internal */
  readonly scratch: number
  /** Every variable, by its tensor. */
  readonly variables: ReadonlyMap<Tensor, Variable>
  /**
   * A new array of zeros on the device, which stays there as long as the device. Throws a UserError where the 4 GB of
   * WebAssembly are full.
   * @param dtype f32 unless told.
   */
  variable(name: string, shape: Shape, dtype?: DType): Variable
  /**
   * Zeroed bytes, aligned to cache lines, that are never given back.
   * @internal
   */
  allocate(bytes: number): number
  /**
   * Memory for temporaries, which programs share as only one of them runs at a time.
   * @internal
   */
  temporaries(bytes: number): number
  /**
   * To be called when the numbers of a variable have changed in the memory.
   * @internal
   */
  changed(variable: Variable): void
  /**
   * How often that has happened: who has a copy elsewhere can tell whether it still holds.
   * @internal
   */
  versionOf(variable: Variable): number
}

const pageBytes = 65536
const mostBytes = 2 ** 32

/** Bytes that vector loads may read beyond the last element of an array. */
const overread = 256

export function createDevice(threads: Engine, options: DeviceOptions = {}): Device {
  const {
    strict = false,
    target = wasmTarget(128),
    tilingOf = (product) => defaultTiling(product, target),
    accelerator = null,
  } = options
  const engine = closable(threads, accelerator)
  provideAsyncDispose()
  const variables = new Map<Tensor, Variable>()
  const versions = new Map<Variable, number>()
  const versionOf = (variable: Variable) => versions.get(variable) ?? 0
  let top = 1024
  let arena = { address: 0, bytes: -1 }

  function allocate(bytes: number): number {
    const address = top
    top = Math.ceil((top + bytes) / target.cache.line) * target.cache.line
    if (top + overread > mostBytes)
      throw new UserError(
        'The data and the state together need more than the 4 GB that WebAssembly has; make them smaller.',
      )
    const { memory } = engine
    const missing = Math.ceil((top + overread - memory.buffer.byteLength) / pageBytes)
    if (missing > 0) memory.grow(missing)
    return address
  }

  return {
    engine,
    close: engine.close,
    [Symbol.asyncDispose]: engine.close,
    strict: strict || !hasFusedMultiplyAdd(),
    accelerator,
    target,
    tilingOf,
    control: allocate(controlBytes),
    scratch: allocate(scratchBytes * engine.threads),
    variables,
    allocate,
    variable(name, shape, dtype = 'f32') {
      const tensor = input(name, shape, dtype)
      const block: Block = { name, dtype, size: sizeOf(shape), role: 'external', values: [] }
      const variable = { name, tensor, block, address: allocate(block.size * bytesOf(dtype)) }
      variables.set(tensor, variable)
      return variable
    },
    temporaries(bytes) {
      if (bytes > arena.bytes) arena = { address: allocate(bytes), bytes }
      return arena.address
    },
    changed: (variable) => void versions.set(variable, versionOf(variable) + 1),
    versionOf,
  }
}

/** A view of a variable's array; do not keep it: memory may move when it grows. */
export function contentsOf({ engine }: Device, { block, address }: Variable): Float32Array | Int32Array | Uint8Array {
  const { buffer } = engine.memory
  if (block.dtype === 'f32') return new Float32Array(buffer, address, block.size)
  if (block.dtype === 'u8') return new Uint8Array(buffer, address, block.size)
  return new Int32Array(buffer, address, block.size)
}

/** A copy of a variable's values; booleans as 0 and 1. */
export function read(device: Device, variable: Variable): Float32Array | Int32Array | Uint8Array {
  const values = contentsOf(device, variable).slice()
  return variable.block.dtype === 'bool' ? values.map((mask) => mask & 1) : values
}

/** A copy of the values of a variable of floats. */
export function readFloats(device: Device, tensor: Tensor): Float32Array {
  const variable = device.variables.get(tensor)
  if (variable === undefined || tensor.dtype !== 'f32') throw new Error('no variable of floats on this device')
  return new Float32Array(device.engine.memory.buffer, variable.address, variable.block.size).slice()
}

/** Replaces the values of a variable, row-major; booleans are taken from 0 and not 0. Throws where the count is another one. */
export function write(device: Device, variable: Variable, values: ArrayLike<number>): void {
  if (values.length !== variable.block.size) {
    throw new Error(`${variable.name} holds ${variable.block.size} values, not ${values.length}`)
  }
  const isBool = variable.block.dtype === 'bool'
  const contents = contentsOf(device, variable)
  contents.set(isBool ? Array.from(values, (value) => -Number(value !== 0)) : values)
  device.engine.wrote({ address: variable.address, bytes: contents.byteLength })
  device.changed(variable)
}
