import { bytesOf } from '../kernels/nest.ts'
import type { Access, Body, Stored, Value } from '../kernels/nest.ts'
import type { DType } from '../tensor/tensor.ts'
import {
  f32x4,
  get,
  i32x4,
  load,
  loadLane,
  op,
  replaceLane,
  seq,
  set,
  store,
  storeLane,
  storeTogether,
} from './emit.ts'
import type { Code, FunctionContext } from './emit.ts'
import { applyElementwise, readsOnce } from './functions.ts'
import type { Operand } from './functions.ts'

/** Elements that one vector instruction works on. */
export const laneCount = 4

/** Where the elements of an access stand along the innermost axis: at address + offset + index * stride. */
export interface Place {
  readonly address: Code
  /** Bytes; part of the instruction. */
  readonly offset: number
  /** Elements. */
  readonly stride: number
  readonly stored: Stored
}

/** Resolves accesses at the current point of the loops around. */
export interface Cursor {
  locate(access: Access): Place
  /** Where the producer left its results; they are contiguous. */
  readonly produced: Place | null
}

/** Four elements at a time, or only the first: how the ends of rows are done. */
export type Width = 'vector' | 'first'

/** Which vector is computed, and how. */
export interface Vector {
  readonly cursor: Cursor
  /** How many vectors behind the cursor it stands. */
  readonly index: number
  readonly width: Width
  readonly strict: boolean
}

/**
 * Code for the values of a body. What is used once is computed where it is used: V8 carries every local that is set inside a loop round
 * the loop, which can cost it the step to 256 bits. `wanted` are the values that the caller will use, once each; those in `early` are
 * computed by the setup.
 */
export function evaluate(
  f: FunctionContext,
  values: readonly Value[],
  wanted: readonly number[],
  early: ReadonlySet<number>,
  vector: Vector,
): { setup: Code; results: Code[] } {
  const keptInLocals = sharedValues(values, wanted)
  const setup: Code[] = []
  const operands: Operand[] = []
  values.forEach((value, i) => {
    const code = valueCode(f, value, values, operands, vector)
    if (!keptInLocals.has(i) && !early.has(i)) {
      operands.push({ code, local: null })
      return
    }
    const local = f.local('v128')
    setup.push(set(local, code))
    operands.push({ code: get(local), local })
  })
  return { setup: seq(...setup), results: operands.map(({ code }) => code) }
}

/** Values that are used more than once, or by a function that reads its operand more than once. */
function sharedValues(values: readonly Value[], wanted: readonly number[]): Set<number> {
  const uses = values.map(() => 0)
  for (const value of wanted) uses[value]++
  for (const value of values) {
    if (value.kind === 'apply') for (const input of value.inputs) uses[input] += readsOnce(value.name) ? 1 : 2
  }
  return new Set([...uses.keys()].filter((i) => uses[i] > 1))
}

function valueCode(
  f: FunctionContext,
  value: Value,
  values: readonly Value[],
  operands: readonly Operand[],
  { cursor, index, width, strict }: Vector,
): Code {
  switch (value.kind) {
    case 'constant':
      return constantVector(value.value, value.dtype)
    case 'load':
      return loadVector(cursor.locate(value.access), index, width)
    case 'produced': {
      if (cursor.produced === null) throw new Error('a body without producer reads what was produced')
      return loadVector(cursor.produced, index, width)
    }
    case 'apply': {
      const dtype = values[value.inputs[value.inputs.length - 1]].dtype
      const surroundings = { f, strict, dtype, parameter: value.parameter }
      return applyElementwise(
        value.name,
        surroundings,
        value.inputs.map((input) => operands[input]),
      )
    }
  }
}

/** All four lanes equal; booleans are masks. */
export function constantVector(value: number, dtype: DType): Code {
  if (dtype === 'f32') return f32x4(value)
  return i32x4(dtype === 'bool' ? -Number(value !== 0) : value)
}

/** Elements index * 4 ... index * 4 + 3 behind a place (only the first of them, with any rest, when the width says so). */
function loadVector(place: Place, index: number, width: Width): Code {
  const { address, offset, stride, stored } = place
  const first = offset + index * laneCount * stride * bytesOf(stored)
  if (stored === 'u8' || stored === 'mask') return loadBytes(place, stored, first, width)
  if (stride === 0) return load('v128.load32_splat', address, first)
  if (width === 'first') return load('v128.load32_zero', address, first)
  if (stride === 1) return load('v128.load', address, first)
  return [1, 2, 3].reduce(
    (vector, lane) => loadLane('v128.load32_lane', lane, address, vector, first + lane * stride * 4),
    load('v128.load32_zero', address, first),
  )
}

const widening = {
  u8: { load: 'i32.load8_u', half: 'i16x8.extend_low_i8x16_u', whole: 'i32x4.extend_low_i16x8_u' },
  mask: { load: 'i32.load8_s', half: 'i16x8.extend_low_i8x16_s', whole: 'i32x4.extend_low_i16x8_s' },
} as const

/** Bytes, widened to integers or to the masks of lanes. */
function loadBytes({ address, stride }: Place, stored: keyof typeof widening, first: number, width: Width): Code {
  const { load: loadOne, half, whole } = widening[stored]
  const byte = (lane: number) => load(loadOne, address, first + lane * stride)
  const lowest = op('i32x4.splat', byte(0))
  if (stride === 0 || width === 'first') return lowest
  if (stride > 1)
    return [1, 2, 3].reduce((vector, lane) => replaceLane('i32x4.replace_lane', lane, vector, byte(lane)), lowest)
  return op(whole, op(half, load('v128.load32_zero', address, first)))
}

/** Vectors `codes` one behind the other from a place on; codes that are no single instruction go to whole vectors only. */
function storeVectors(place: Place, codes: readonly Code[], width: Width): Code {
  const { address, offset, stride, stored } = place
  const bytes = bytesOf(stored)
  if (width === 'vector' && takesWholeVectors(place)) return storeTogether(address, codes, offset)
  if (width === 'vector' && stored === 'mask' && stride === 1) return storeMasks(place, codes)
  const lanes = width === 'first' ? [0] : [0, 1, 2, 3]
  const storeElement = (code: Code, lane: number, at: number): Code =>
    bytes === 1
      ? storeLane('v128.store8_lane', 4 * lane, address, code, at)
      : storeLane('v128.store32_lane', lane, address, code, at)
  return seq(
    ...codes.flatMap((code, index) =>
      lanes.map((lane) => storeElement(code, lane, offset + (index * laneCount + lane) * stride * bytes)),
    ),
  )
}

/** Masks of lanes as bytes: four vectors in one, or each by itself. */
function storeMasks({ address, offset }: Place, codes: readonly Code[]): Code {
  const halves = (low: Code, high: Code) => op('i16x8.narrow_i32x4_s', low, high)
  const bytes = (low: Code, high: Code) => op('i8x16.narrow_i16x8_s', low, high)
  const [a, b, c, d] = codes
  if (codes.length === 4) return store('v128.store', address, bytes(halves(a, b), halves(c, d)), offset)
  return seq(
    ...codes.map((code, index) =>
      storeLane('v128.store32_lane', 0, address, bytes(halves(code, code), halves(code, code)), offset + index * 4),
    ),
  )
}

/** A body for `vectors` vectors behind the cursor. */
export function bodyCode(
  f: FunctionContext,
  body: Body,
  cursor: Cursor,
  vectors: number,
  width: Width,
  strict: boolean,
): Code {
  const wanted = body.stores.map(({ value }) => value)
  const early = new Set(
    body.stores.flatMap(({ value, access }, i) =>
      mustComeFirst(body, i) || !takesWholeVectors(cursor.locate(access)) ? [value] : [],
    ),
  )
  const made = Array.from({ length: vectors }, (_, index) =>
    evaluate(f, body.values, wanted, early, { cursor, index, width, strict }),
  )
  return seq(
    ...made.map(({ setup }) => setup),
    ...body.stores.map(({ value, access }) =>
      storeVectors(
        cursor.locate(access),
        made.map(({ results }) => results[value]),
        width,
      ),
    ),
  )
}

const takesWholeVectors = ({ stride, stored }: Place): boolean => stride === 1 && bytesOf(stored) === 4

/** Whether a stored value reads what an earlier store of the same body overwrites. */
function mustComeFirst({ values, stores }: Body, which: number): boolean {
  const overwritten = new Set(stores.slice(0, which).map(({ access }) => access.block))
  const reads: boolean[] = []
  for (const value of values) {
    if (value.kind === 'load') reads.push(overwritten.has(value.access.block))
    else reads.push(value.kind === 'apply' && value.inputs.some((input) => reads[input]))
  }
  return reads[stores[which].value]
}
