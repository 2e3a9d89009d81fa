import { createModule, get, op, set } from './emit.ts'
import type { Code, FunctionContext } from './emit.ts'

/** Whether the engine that runs us knows the instructions of a function body. */
function understands(body: (f: FunctionContext) => Code): boolean {
  const module = createModule({ memory: { initial: 1, maximum: 1, shared: false } })
  module.function('probe', { params: [], results: [] }, body)
  return WebAssembly.validate(module.bytes())
}

const withVector =
  (code: (x: Code) => Code) =>
  (f: FunctionContext): Code => {
    const x = f.local('v128')
    return set(x, code(get(x)))
  }

/** 128-bit vectors: nothing runs without them. */
export const hasVectors = (): boolean =>
  typeof WebAssembly !== 'undefined' && understands(withVector((x) => op('f32x4.add', x, x)))

/** Fused multiply-add: twice the speed, not the same on every machine. */
export const hasFusedMultiplyAdd = (): boolean => understands(withVector((x) => op('f32x4.relaxed_madd', x, x, x)))

/** Memory that threads share: in a page only when it is cross-origin isolated. */
export const hasSharedMemory = (): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && (typeof crossOriginIsolated === 'undefined' || crossOriginIsolated)
