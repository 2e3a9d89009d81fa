import { bytesOf } from '../kernels/nest.ts'
import type { Access, Body, Value } from '../kernels/nest.ts'
import type { DType } from '../tensor/tensor.ts'
import { f32x4, get, i32x4, load, loadLane, op, seq, set, store, storeLane } from './emit.ts'
import type { Code, FunctionContext, Local } from './emit.ts'
import { applyElementwise } from './functions.ts'

/** Elements that one vector instruction works on. */
export const laneCount = 4

/** Where the elements of an access stand along the innermost axis: at address + offset + index * stride. */
export interface Place {
  readonly address: Code
  /** Bytes; part of the instruction. */
  readonly offset: number
  /** Elements. */
  readonly stride: number
}

/** Resolves accesses at the current point of the loops around. */
export interface Cursor {
  locate(access: Access): Place
  /** Where the producer left its results; they are contiguous. */
  readonly produced: Place | null
}

/** Four elements at a time, or only the first: how the ends of rows are done. */
export type Width = 'vector' | 'first'

/** Computes the values of a body for vector `index` behind the cursor; gives the code and the local that holds each value. */
export function evaluate(
  f: FunctionContext, values: readonly Value[], cursor: Cursor, index: number, width: Width, strict: boolean,
): { code: Code; results: Local[] } {
  const code: Code[] = []
  const results: Local[] = []
  for (const value of values) {
    const result = f.local('v128')
    code.push(set(result, valueCode(value)))
    results.push(result)
  }
  return { code: seq(...code), results }

  function valueCode(value: Value): Code {
    switch (value.kind) {
      case 'constant':
        return constantVector(value.value, value.dtype)
      case 'load':
        return loadVector(cursor.locate(value.access), value.dtype, index, width)
      case 'produced': {
        if (cursor.produced === null) throw new Error('a body without producer reads what was produced')
        return loadVector(cursor.produced, value.dtype === 'u8' ? 'i32' : value.dtype, index, width)
      }
      case 'apply': {
        const operands = value.inputs.map((input) => results[input])
        const dtype = values[value.inputs[value.inputs.length - 1]].dtype
        return applyElementwise(value.name, { f, strict, dtype, parameter: value.parameter }, operands)
      }
    }
  }
}

/** All four lanes equal; booleans are masks. */
export function constantVector(value: number, dtype: DType): Code {
  if (dtype === 'f32') return f32x4(value)
  return i32x4(dtype === 'bool' ? -Number(value !== 0) : value)
}

/** Elements index * 4 ... index * 4 + 3 behind a place (only the first of them, with any rest, when the width says so). */
export function loadVector({ address, offset, stride }: Place, dtype: DType, index: number, width: Width): Code {
  const first = offset + index * laneCount * stride * bytesOf(dtype)
  if (dtype === 'u8') {
    if (stride === 0 || width === 'first') return op('i32x4.splat', load('i32.load8_u', address, first))
    if (stride !== 1) throw new Error('bytes are read one behind the other')
    const bytes = load('v128.load32_zero', address, first)
    return op('i32x4.extend_low_i16x8_u', op('i16x8.extend_low_i8x16_u', bytes))
  }
  if (stride === 0) return load('v128.load32_splat', address, first)
  if (width === 'first') return load('v128.load32_zero', address, first)
  if (stride === 1) return load('v128.load', address, first)
  return [1, 2, 3].reduce(
    (vector, lane) => loadLane('v128.load32_lane', lane, address, vector, first + lane * stride * 4),
    load('v128.load32_zero', address, first),
  )
}

export function storeVector({ address, offset, stride }: Place, value: Local, index: number, width: Width): Code {
  const first = offset + index * laneCount * stride * 4
  if (width === 'first') return storeLane('v128.store32_lane', 0, address, get(value), first)
  if (stride === 1) return store('v128.store', address, get(value), first)
  return seq(...[0, 1, 2, 3].map((lane) => storeLane('v128.store32_lane', lane, address, get(value), first + lane * stride * 4)))
}

/**
 * A body for `vectors` vectors behind the cursor. Loads, work and stores of a vector stand together, vector after vector: V8 joins
 * the adjacent stores of neighbours, and with them all they depend on, to 256 bits.
 */
export function bodyCode(
  f: FunctionContext, body: Body, cursor: Cursor, vectors: number, width: Width, strict: boolean,
): Code {
  const pieces: Code[] = []
  const stores: Code[] = []
  for (let index = 0; index < vectors; index++) {
    const { code, results } = evaluate(f, body.values, cursor, index, width, strict)
    pieces.push(code)
    stores.push(...body.stores.map(({ value, access }) => storeVector(cursor.locate(access), results[value], index, width)))
  }
  const byAccess = body.stores.flatMap((_, which) => stores.filter((_store, position) => position % body.stores.length === which))
  return seq(...pieces, ...byAccess)
}
