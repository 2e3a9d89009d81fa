/**
 * Instructions as values that compose like expressions: `op('f32x4.add', a, b)` is a piece of code that computes a,
 * then b, then adds them. Nothing here knows tensors, or which function a piece ends up in.
 */
import type { Bytes } from './bytes.ts'
import {
  atomicOpcodes,
  extractLaneOpcodes,
  loadLaneOpcodes,
  loadOpcodes,
  plainOpcodes,
  replaceLaneOpcodes,
  storeLaneOpcodes,
  storeOpcodes,
} from './opcodes.ts'
import type {
  AtomicMnemonic,
  ExtractLaneMnemonic,
  LoadLaneMnemonic,
  LoadMnemonic,
  Mnemonic,
  ReplaceLaneMnemonic,
  StoreLaneMnemonic,
  StoreMnemonic,
} from './opcodes.ts'

export type { Bytes, LoadMnemonic, Mnemonic, StoreMnemonic }

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

/** Where the instructions of a function are written to. */
export interface FunctionBody extends Bytes {
  /** The local that holds a vector constant from the function's entry on. */
  constant(lanes: Uint8Array): Local
}

/** A piece of an instruction sequence. It may be written more than once: each time it is computed again. */
export type Code = (out: FunctionBody) => void

/** A parameter or local variable of the function it was made for. */
export interface Local {
  readonly index: number
  readonly type: ValueType
}

/** A function of this module that `call` can name. */
export interface FunctionHandle {
  readonly name: string
  readonly index: number
  readonly params: readonly ValueType[]
  readonly results: readonly ValueType[]
}

const voidBlock = 0x40
const end = 0x0b

function writeOpcode(out: Bytes, opcode: number): void {
  if (opcode < 0x100) return out.u8(opcode)
  out.u8(opcode >> 16)
  out.u32leb(opcode & 0xffff)
}

function writeAll(out: FunctionBody, codes: readonly Code[]): void {
  for (const code of codes) code(out)
}

/** Pieces of code one after the other. */
export const seq =
  (...codes: Code[]): Code =>
  (out) =>
    writeAll(out, codes)

/** The operands, then a plain instruction: one without immediates. */
export function op(name: Mnemonic, ...operands: Code[]): Code {
  const opcode = plainOpcodes[name]
  return (out) => {
    writeAll(out, operands)
    writeOpcode(out, opcode)
  }
}

// ---- constants

export const i32 =
  (value: number): Code =>
  (out) => {
    out.u8(0x41)
    out.s32leb(value)
  }

export const i64 =
  (value: bigint): Code =>
  (out) => {
    out.u8(0x42)
    out.s64leb(value)
  }

export const f32 =
  (value: number): Code =>
  (out) => {
    out.u8(0x43)
    out.f32(value)
  }

export const f64 =
  (value: number): Code =>
  (out) => {
    out.u8(0x44)
    out.f64(value)
  }

/**
 * A vector constant: zero as an instruction, any other from a local that is set at the function's entry, because V8
 * takes about five instructions to build a vector constant, and builds it again wherever it stands, also in loops.
 * (Measured with Node 26: polynomials run two to four times as fast.)
 */
function vectorConstant(lanes: Uint8Array): Code {
  const isZero = lanes.every((byte) => byte === 0)
  return (out) => (isZero ? writeVectorConstant(out, lanes) : get(out.constant(lanes))(out))
}

export function writeVectorConstant(out: Bytes, lanes: Uint8Array): void {
  writeOpcode(out, 0xfd_000c)
  out.bytes(lanes)
}

/** A constant of four floats. */
export const f32x4Lanes = (lanes: readonly [number, number, number, number]): Code =>
  vectorConstant(new Uint8Array(Float32Array.from(lanes).buffer))

/** A constant of four 32-bit integers. */
export const i32x4Lanes = (lanes: readonly [number, number, number, number]): Code =>
  vectorConstant(new Uint8Array(Int32Array.from(lanes).buffer))

/** A constant with all four floats equal. */
export const f32x4 = (value: number): Code => f32x4Lanes([value, value, value, value])

/** A constant with all four 32-bit integers equal. */
export const i32x4 = (value: number): Code => i32x4Lanes([value, value, value, value])

// ---- locals

export const get =
  (local: Local): Code =>
  (out) => {
    out.u8(0x20)
    out.u32leb(local.index)
  }

export const set =
  (local: Local, value: Code): Code =>
  (out) => {
    value(out)
    out.u8(0x21)
    out.u32leb(local.index)
  }

/** Sets a local and leaves the value on the stack. */
export const tee =
  (local: Local, value: Code): Code =>
  (out) => {
    value(out)
    out.u8(0x22)
    out.u32leb(local.index)
  }

export const drop =
  (value: Code): Code =>
  (out) => {
    value(out)
    out.u8(0x1a)
  }

// ---- memory

/** Alignment hint of one byte: always true, and engines on today's processors ignore the hint. */
const anyAlignment = 0
/** Atomic accesses must state their natural alignment: 2^2 bytes. */
const alignedWord = 2

function memoryAccess(opcode: number, operands: readonly Code[], alignment: number, offset: number): Code {
  return (out) => {
    writeAll(out, operands)
    writeOpcode(out, opcode)
    out.u8(alignment)
    out.u32leb(offset)
  }
}

/** Reads at address + offset; the offset is a constant in [0, 2^32) and the sum does not wrap. */
export const load = (name: LoadMnemonic, address: Code, offset = 0): Code =>
  memoryAccess(loadOpcodes[name], [address], anyAlignment, offset)

/** Writes at address + offset. */
export const store = (name: StoreMnemonic, address: Code, value: Code, offset = 0): Code =>
  memoryAccess(storeOpcodes[name], [address, value], anyAlignment, offset)

/**
 * Computes all the vectors, then writes them one after the other at address + offset. V8 joins neighbours to 256 bits
 * only where no load stands between their stores; values kept on the stack cost it nothing, in locals they may.
 */
export function storeTogether(address: Code, vectors: readonly Code[], offset = 0): Code {
  const onStack: Code = () => {}
  const values = vectors.map((vector) => seq(address, vector))
  const stores = vectors.map((_, i) => store('v128.store', onStack, onStack, offset + 16 * i))
  return seq(...values, ...stores.toReversed())
}

/** The vector with lane `index` replaced by the number at address + offset. */
export const loadLane = (name: LoadLaneMnemonic, index: number, address: Code, vector: Code, offset = 0): Code =>
  withByte(memoryAccess(loadLaneOpcodes[name], [address, vector], anyAlignment, offset), index)

/** Writes lane `index` of the vector at address + offset. */
export const storeLane = (name: StoreLaneMnemonic, index: number, address: Code, vector: Code, offset = 0): Code =>
  withByte(memoryAccess(storeLaneOpcodes[name], [address, vector], anyAlignment, offset), index)

/** Sets `size` bytes from `address` on to the low byte of `value`. */
export const memoryFill =
  (address: Code, value: Code, size: Code): Code =>
  (out) => {
    writeAll(out, [address, value, size])
    writeOpcode(out, 0xfc_000b)
    out.u8(0)
  }

/** Copies `size` bytes; the ranges may overlap. */
export const memoryCopy =
  (destination: Code, source: Code, size: Code): Code =>
  (out) => {
    writeAll(out, [destination, source, size])
    writeOpcode(out, 0xfc_000a)
    out.u8(0)
    out.u8(0)
  }

/** An atomic access to the aligned i32 at the first operand + offset (sequentially consistent). */
const atomic = (name: AtomicMnemonic, operands: readonly Code[], offset: number): Code =>
  memoryAccess(atomicOpcodes[name], operands, alignedWord, offset)

export const atomicLoad = (address: Code, offset = 0): Code => atomic('i32.atomic.load', [address], offset)

export const atomicStore = (address: Code, value: Code, offset = 0): Code =>
  atomic('i32.atomic.store', [address, value], offset)

/** Adds, and leaves the value from before on the stack; so do subtract and exchange. */
export const atomicAdd = (address: Code, value: Code, offset = 0): Code =>
  atomic('i32.atomic.rmw.add', [address, value], offset)

export const atomicSubtract = (address: Code, value: Code, offset = 0): Code =>
  atomic('i32.atomic.rmw.sub', [address, value], offset)

export const atomicExchange = (address: Code, value: Code, offset = 0): Code =>
  atomic('i32.atomic.rmw.xchg', [address, value], offset)

/** Writes `replacement` if the value is `expected`; leaves the value from before on the stack. */
export const atomicCompareExchange = (address: Code, expected: Code, replacement: Code, offset = 0): Code =>
  atomic('i32.atomic.rmw.cmpxchg', [address, expected, replacement], offset)

/**
 * Sleeps while the value is `expected`, until notified or for `timeout` nanoseconds (i64; negative: for ever).
 * Leaves 0 (woken), 1 (was another value) or 2 (timed out). Traps on memory that is not shared.
 */
export const atomicWait = (address: Code, expected: Code, timeout: Code, offset = 0): Code =>
  atomic('memory.atomic.wait32', [address, expected, timeout], offset)

/** Wakes up to `count` sleepers and leaves how many there were. */
export const atomicNotify = (address: Code, count: Code, offset = 0): Code =>
  atomic('memory.atomic.notify', [address, count], offset)

// ---- lanes

function withByte(code: Code, byte: number): Code {
  return (out) => {
    code(out)
    out.u8(byte)
  }
}

/** Lane `index` of a vector as a number. */
export function lane(name: ExtractLaneMnemonic, index: number, vector: Code): Code {
  return (out) => {
    vector(out)
    writeOpcode(out, extractLaneOpcodes[name])
    out.u8(index)
  }
}

/** The vector with lane `index` replaced by a number. */
export function replaceLane(name: ReplaceLaneMnemonic, index: number, vector: Code, value: Code): Code {
  return (out) => {
    writeAll(out, [vector, value])
    writeOpcode(out, replaceLaneOpcodes[name])
    out.u8(index)
  }
}

/** i8x16.shuffle: byte i of the result is byte `bytes[i]` of a (0-15) and b (16-31) one after the other. */
export function shuffle(bytes: readonly number[], a: Code, b: Code): Code {
  if (bytes.length !== 16) throw new Error(`A shuffle takes 16 byte indices, not ${bytes.length}.`)
  return (out) => {
    writeAll(out, [a, b])
    writeOpcode(out, 0xfd_000d)
    for (const byte of bytes) out.u8(byte)
  }
}

/** A shuffle of whole 32-bit lanes: those of a are 0 to 3, those of b 4 to 7. */
export const shuffleLanes = (lanes: readonly number[], a: Code, b: Code): Code =>
  shuffle(
    lanes.flatMap((index) => [0, 1, 2, 3].map((byte) => index * 4 + byte)),
    a,
    b,
  )

// ---- control: blocks leave nothing on the stack

function enclose(opcode: number, body: Code): Code {
  return (out) => {
    out.u8(opcode)
    out.u8(voidBlock)
    body(out)
    out.u8(end)
  }
}

/** A body that `br` leaves. */
export const block = (body: Code): Code => enclose(0x02, body)

/** A body that `br` starts again; it ends when it runs through. */
export const loop = (body: Code): Code => enclose(0x03, body)

/** Branches to the enclosing block, loop or if that is `depth` levels out: 0 is the innermost. */
export const br =
  (depth: number): Code =>
  (out) => {
    out.u8(0x0c)
    out.u32leb(depth)
  }

/** `br` when the condition (i32) is not zero. */
export const brIf =
  (depth: number, condition: Code): Code =>
  (out) => {
    condition(out)
    out.u8(0x0d)
    out.u32leb(depth)
  }

/** Both branches count as one level for `br`, which leaves the whole. */
export const ifElse =
  (condition: Code, then: Code, otherwise?: Code): Code =>
  (out) => {
    condition(out)
    out.u8(0x04)
    out.u8(voidBlock)
    then(out)
    if (otherwise) {
      out.u8(0x05)
      otherwise(out)
    }
    out.u8(end)
  }

/** Leaves the function; its results stand on the stack. */
export const ret = (): Code => (out) => out.u8(0x0f)

/**
 * `for (index = from; index < to; index += step) body`, compared as signed numbers; step > 0.
 * `to` is computed again in every round: give a constant or a local. Inside the body, `br(1)` leaves the loop.
 */
export const forRange = (index: Local, from: Code, to: Code, step: number, body: Code): Code =>
  seq(
    set(index, from),
    block(
      seq(
        brIf(0, op('i32.ge_s', get(index), to)),
        loop(seq(body, brIf(0, op('i32.lt_s', tee(index, op('i32.add', get(index), i32(step))), to)))),
      ),
    ),
  )

/** Calls a function of the same module; its results are left on the stack. */
export function call(target: FunctionHandle, ...args: Code[]): Code {
  if (args.length !== target.params.length) {
    throw new Error(`${target.name} takes ${target.params.length} arguments, not ${args.length}.`)
  }
  return (out) => {
    writeAll(out, args)
    out.u8(0x10)
    out.u32leb(target.index)
  }
}
