import type { Nest } from '../kernels/nest.ts'
import { sameShape } from '../tensor/shape.ts'
import { showShape } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { KernelInfo } from '../wasm/program.ts'
import type { Variable } from './device.ts'

/** A traced function: what each variable becomes, and scalars that every step reports. */
export interface Step<Names extends string = string> {
  /** Variables and the tensors that they become. All of them are read before the first one changes. */
  readonly updates: readonly (readonly [Variable, Tensor])[]
  /** Scalars by name; they are reported as f32. */
  readonly report: Readonly<Record<Names, Tensor>>
}

/** A compiled step, whose state stays on the device. */
export interface Program<Names extends string = string> {
  /** Runs the step that many times and gives the report of each. */
  run(steps?: number): Promise<Record<Names, number>[]>
  /** What the module is made of, in the order in which it runs; on an accelerator, what is left to this machine. */
  readonly kernels: readonly KernelInfo[]
  /** The loops of every kernel, phase by phase, for `printNest`. Threads meet between phases. */
  readonly nests: readonly (readonly Nest[])[]
  /** The WebAssembly module. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Bytes of memory for values that live within a step. */
  readonly temporaryBytes: number
}

/** Throws where a tensor does not fit its variable, or a reported one is no scalar. */
export function requireSound({ updates, report }: Step): void {
  const seen = new Set<Variable>()
  for (const [variable, { shape, dtype }] of updates) {
    const { name, tensor } = variable
    if (seen.has(variable)) throw new Error(`the variable '${name}' is updated twice`)
    seen.add(variable)
    if (dtype === tensor.dtype && sameShape(shape, tensor.shape)) continue
    throw new Error(
      `the variable '${name}' is ${tensor.dtype}${showShape(tensor.shape)} and cannot become ${dtype}${showShape(shape)}`,
    )
  }
  for (const [name, { shape }] of Object.entries<Tensor>(report)) {
    if (shape.length !== 0) throw new Error(`the report '${name}' is no scalar`)
  }
}

/** One work after the other: the next one begins when the last one has ended, well or not. */
export function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
}

/** One call after the other, likewise. */
export function inTurn<Arguments extends unknown[], T>(
  work: (...given: Arguments) => Promise<T>,
): (...given: Arguments) => Promise<T> {
  const next = queue()
  return (...given) => next(() => work(...given))
}
