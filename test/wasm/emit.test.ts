import { beforeAll, describe, expect, it } from 'vitest'
import createWabt from 'wabt'
import * as e from '../../src/wasm/emit.ts'
import type { Code, FunctionContext, Signature, ValueType } from '../../src/wasm/emit.ts'
import * as opcodes from '../../src/wasm/opcodes.ts'

const features = { simd: true, threads: true, relaxed_simd: true, bulk_memory: true, sat_float_to_int: true }
let wabt: Awaited<ReturnType<typeof createWabt>>
beforeAll(async () => {
  wabt = await createWabt()
})

/** The text format of a module, after wabt has validated it. */
function disassemble(bytes: Uint8Array): string {
  const module = wabt.readWasm(bytes, { ...features, readDebugNames: true })
  const validated: { validate(features: object): void } = module // its types forget the parameter
  try {
    validated.validate(features)
    return module.toText({})
  } finally {
    module.destroy()
  }
}

const onePage = { initial: 1, maximum: 1, shared: true }

/** A module with one function `main`. */
function assemble(signature: Signature, body: (f: FunctionContext) => Code): Uint8Array<ArrayBuffer> {
  const module = e.createModule({ memory: onePage })
  module.function('main', { ...signature, export: true }, body)
  return module.bytes()
}

function instantiate(bytes: Uint8Array<ArrayBuffer>) {
  const memory = new WebAssembly.Memory(onePage)
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  const exported = (name: string): ((...args: (number | bigint)[]) => number | bigint | undefined) => {
    const found = exports[name]
    if (typeof found !== 'function') throw new Error(`no function ${name}`)
    return (...args) => found(...args)
  }
  return { exports, exported, memory, f32: new Float32Array(memory.buffer), i32: new Int32Array(memory.buffer) }
}

/** A function of numbers to numbers that runs the code. */
function run(params: ValueType[], result: ValueType, body: (f: FunctionContext) => Code) {
  return instantiate(assemble({ params, results: [result] }, body)).exported('main')
}

/** One function that holds all the given pieces of code; they need no operands, for what follows `unreachable` is typed freely. */
function holding(codes: Code[]): Uint8Array<ArrayBuffer> {
  return assemble({ params: [], results: [] }, () =>
    e.seq(...codes.flatMap((code) => [e.op('unreachable'), code]), e.op('unreachable')),
  )
}

/** The instructions of the text format in order, without the `unreachable` between them. */
function instructionsOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim().replace(/\)+$/, ''))
  return lines.filter((line) => line !== '' && line !== 'unreachable' && !line.startsWith('('))
}

const keys = <Table extends object>(table: Table) => Object.keys(table) as (keyof Table)[]
const none: Code = () => {}

describe('instructions', () => {
  it('without immediates disassemble to their own names', () => {
    const names = keys(opcodes.plainOpcodes).filter((name) => name !== 'unreachable')
    expect(instructionsOf(disassemble(holding(names.map((name) => e.op(name)))))).toEqual(names)
    const everywhere = names.filter((name) => !name.includes('relaxed')) // Node 20 knows relaxed SIMD behind a flag only
    expect(WebAssembly.validate(holding(everywhere.map((name) => e.op(name))))).toBe(true)
  })

  it('that access memory disassemble to their own names, offsets and lanes', () => {
    const offset = 70000
    const [loads, stores] = [keys(opcodes.loadOpcodes), keys(opcodes.storeOpcodes)]
    const [loadLanes, storeLanes] = [keys(opcodes.loadLaneOpcodes), keys(opcodes.storeLaneOpcodes)]
    const bytes = holding([
      ...loads.map((name) => e.load(name, none, offset)),
      ...stores.map((name) => e.store(name, none, none, offset)),
      ...loadLanes.map((name) => e.loadLane(name, 1, none, none, offset)),
      ...storeLanes.map((name) => e.storeLane(name, 1, none, none, offset)),
    ])
    expect(WebAssembly.validate(bytes)).toBe(true)
    // The text names an alignment only where it is not the natural one, which is a byte for 8-bit accesses.
    expect(instructionsOf(disassemble(bytes)).map((line) => line.replace(' align=1', ''))).toEqual([
      ...[...loads, ...stores].map((name) => `${name} offset=${offset}`),
      ...[...loadLanes, ...storeLanes].map((name) => `${name} offset=${offset} 1`),
    ])
  })

  it('on lanes disassemble to their own names and lanes', () => {
    const [extracts, replaces] = [keys(opcodes.extractLaneOpcodes), keys(opcodes.replaceLaneOpcodes)]
    const bytes = holding([
      ...extracts.map((name) => e.lane(name, 1, none)),
      ...replaces.map((name) => e.replaceLane(name, 1, none, none)),
    ])
    expect(WebAssembly.validate(bytes)).toBe(true)
    expect(instructionsOf(disassemble(bytes))).toEqual([...extracts, ...replaces].map((name) => `${name} 1`))
  })

  it('that are atomic disassemble to their own names, and state their natural alignment', () => {
    const bytes = holding([
      e.atomicNotify(none, none, 4),
      e.atomicWait(none, none, none, 4),
      e.atomicLoad(none, 4),
      e.atomicStore(none, none, 4),
      e.atomicAdd(none, none, 4),
      e.atomicSubtract(none, none, 4),
      e.atomicExchange(none, none, 4),
      e.atomicCompareExchange(none, none, none, 4),
    ])
    expect(WebAssembly.validate(bytes)).toBe(true)
    expect(instructionsOf(disassemble(bytes))).toEqual(keys(opcodes.atomicOpcodes).map((name) => `${name} offset=4`))
  })

  it('are laid out as wabt lays out the same text, vector constants first', () => {
    const body = (f: FunctionContext): Code => {
      const vector = f.local('v128')
      return e.seq(
        e.set(vector, e.shuffle([0, 1, 2, 3, 20, 21, 22, 23, 8, 9, 10, 11, 28, 29, 30, 31], e.f32x4(1.5), e.i32x4(-2))),
        e.drop(e.tee(vector, e.i32x4Lanes([1, 2, 3, -4]))),
        e.drop(e.op('f32x4.add', e.f32x4(0), e.f32x4(1.5))),
        e.memoryFill(e.i32(0), e.i32(1), e.i32(2)),
        e.memoryCopy(e.i32(3), e.i32(4), e.i32(-5)),
        e.block(e.loop(e.ifElse(e.i32(64), e.br(2), e.brIf(1, e.i32(-64))))),
        e.drop(e.i64(-(1n << 40n))),
        e.drop(e.f32(-0)),
        e.drop(e.f64(Math.PI)),
        e.ret(),
      )
    }
    const text = `(module
      (import "env" "memory" (memory 1 1 shared))
      (func $main (export "main") (local v128 v128 v128 v128)
        v128.const f32x4 1.5 1.5 1.5 1.5 local.set 1
        v128.const i32x4 -2 -2 -2 -2 local.set 2
        v128.const i32x4 1 2 3 -4 local.set 3
        local.get 1 local.get 2
        i8x16.shuffle 0 1 2 3 20 21 22 23 8 9 10 11 28 29 30 31 local.set 0
        local.get 3 local.tee 0 drop
        v128.const i32x4 0 0 0 0 local.get 1 f32x4.add drop
        i32.const 0 i32.const 1 i32.const 2 memory.fill
        i32.const 3 i32.const 4 i32.const -5 memory.copy
        block loop i32.const 64 if br 2 else i32.const -64 br_if 1 end end end
        i64.const -1099511627776 drop  f32.const -0 drop  f64.const ${Math.PI} drop
        return))`
    const parsed = wabt.parseWat('expected.wat', text, features)
    const expected = new Uint8Array(parsed.toBinary({}).buffer)
    const actual = assemble({ params: [], results: [] }, body)
    expect(disassemble(actual)).toBe(disassemble(parsed.toBinary({ write_debug_names: true }).buffer))
    // Without the name section, which comes last, the bytes are the same too.
    expect([...actual.subarray(0, expected.length)]).toEqual([...expected])
    parsed.destroy()
  })
})

describe('constants', () => {
  it('keep every value at the edges of their encodings', () => {
    const edges = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, -8192, -8193, 2 ** 31 - 1, -(2 ** 31)]
    for (const value of edges) expect(run([], 'i32', () => e.i32(value))()).toBe(value)
    const wide = [...edges.map(BigInt), (1n << 63n) - 1n, -(1n << 63n), 1n << 62n]
    for (const value of wide) expect(run([], 'i64', () => e.i64(value))()).toBe(value)
    expect(run([], 'i32', () => e.i32(0xffffffff))()).toBe(-1)
    for (const value of [0, -0, Infinity, -Infinity, NaN, 2 ** -149, Math.fround(0.1)]) {
      expect(run([], 'f32', () => e.f32(value))()).toBe(value)
      expect(run([], 'f64', () => e.f64(value))()).toBe(value)
    }
  })
})

describe('functions', () => {
  it('sum an array by vectors, with forRange', () => {
    const program = instantiate(
      assemble({ params: ['i32', 'i32'], results: ['f32'] }, (f) => {
        const [from, to] = f.params as [e.Local, e.Local]
        const index = f.local('i32')
        const sum = f.local('v128')
        const part = (lane: number) => e.lane('f32x4.extract_lane', lane, e.get(sum))
        return e.seq(
          e.forRange(
            index,
            e.get(from),
            e.get(to),
            16,
            e.set(sum, e.op('f32x4.add', e.get(sum), e.load('v128.load', e.get(index), 32))),
          ),
          e.op('f32.add', e.op('f32.add', part(0), part(1)), e.op('f32.add', part(2), part(3))),
        )
      }),
    )
    for (let i = 0; i < 64; i++) program.f32[8 + i] = i
    const sum = program.exported('main')
    expect(sum(0, 256)).toBe((63 * 64) / 2)
    expect(sum(16, 32)).toBe(4 + 5 + 6 + 7)
    expect(sum(0, 0)).toBe(0)
    expect(sum(32, 16)).toBe(0)
  })

  it('keep locals apart whatever the order of their types', () => {
    const types: ValueType[] = ['f32', 'i32', 'i32', 'f64', 'i32', 'f32']
    const result = run(['i32'], 'f64', (f) => {
      const locals = types.map((type) => f.local(type))
      const constant = (type: ValueType, value: number): Code =>
        type === 'i32' ? e.i32(value) : type === 'f32' ? e.f32(value) : e.f64(value)
      const wide = (local: e.Local): Code =>
        local.type === 'i32'
          ? e.op('f64.convert_i32_s', e.get(local))
          : local.type === 'f32'
            ? e.op('f64.promote_f32', e.get(local))
            : e.get(local)
      return e.seq(
        ...locals.map((local, i) => e.set(local, constant(local.type, 10 ** i))),
        locals.map(wide).reduce((sum, next) => e.op('f64.add', sum, next)),
      )
    })
    expect(result(0)).toBe(111111)
  })

  it('start with zero locals and may create them while they are written', () => {
    const result = run([], 'i32', (f) => (out) => e.get(f.local('i32'))(out))
    expect(result()).toBe(0)
  })

  it('call functions declared before them, and carry their names', () => {
    const module = e.createModule({ memory: onePage })
    const square = module.function('square', { params: ['f32'], results: ['f32'] }, ({ params: [x] }) =>
      x ? e.op('f32.mul', e.get(x), e.get(x)) : none,
    )
    module.function('fourth', { params: ['f32'], results: ['f32'], export: true }, ({ params: [x] }) =>
      x ? e.call(square, e.call(square, e.get(x))) : none,
    )
    const bytes = module.bytes()
    const { exports, exported } = instantiate(bytes)
    expect(Object.keys(exports)).toEqual(['fourth'])
    expect(exported('fourth')(3)).toBe(81)
    expect(disassemble(bytes)).toMatch(/\(func \$square .*\(func \$fourth /s)
    expect(() => e.call(square)).toThrow('square takes 1 arguments, not 0')
  })

  it('branch to the block, loop or if that the depth names', () => {
    // Counts down from the argument and leaves early at 3.
    const result = run(['i32'], 'i32', (f) => {
      const [n] = f.params as [e.Local]
      const decrement = e.set(n, e.op('i32.sub', e.get(n), e.i32(1)))
      return e.seq(
        e.block(
          e.loop(
            e.seq(
              e.ifElse(e.op('i32.eq', e.get(n), e.i32(3)), e.br(2), decrement),
              e.brIf(0, e.op('i32.gt_s', e.get(n), e.i32(0))),
            ),
          ),
        ),
        e.get(n),
      )
    })
    expect(result(10)).toBe(3)
    expect(result(2)).toBe(0)
  })

  it('count atomically in shared memory, wait and wake', () => {
    const module = e.createModule({ memory: onePage })
    const main = (name: string, code: Code) =>
      module.function(name, { params: [], results: ['i32'], export: true }, () => code)
    main('add', e.atomicAdd(e.i32(0), e.i32(5), 8))
    main('subtract', e.atomicSubtract(e.i32(0), e.i32(1), 8))
    main('exchange', e.atomicExchange(e.i32(8), e.i32(100)))
    main('compareExchange', e.atomicCompareExchange(e.i32(8), e.i32(100), e.i32(7)))
    main('load', e.seq(e.atomicStore(e.i32(4), e.atomicLoad(e.i32(4), 4), 8), e.atomicLoad(e.i32(12))))
    main('wait', e.atomicWait(e.i32(8), e.i32(0), e.i64(-1n)))
    main('sleep', e.atomicWait(e.i32(8), e.i32(7), e.i64(1000n)))
    main('notify', e.atomicNotify(e.i32(8), e.i32(-1)))
    const { exported, i32 } = instantiate(module.bytes())
    expect(exported('add')()).toBe(0)
    expect(exported('add')()).toBe(5)
    expect(exported('subtract')()).toBe(10)
    expect(exported('exchange')()).toBe(9)
    expect(exported('compareExchange')()).toBe(100)
    expect(i32[2]).toBe(7)
    expect(exported('load')()).toBe(7)
    expect(exported('wait')()).toBe(1) // another value
    expect(exported('sleep')()).toBe(2) // timed out
    expect(exported('notify')()).toBe(0) // nobody sleeps
  })

  it('move lanes and vectors to and from memory', () => {
    const program = instantiate(
      assemble({ params: [], results: [] }, (f) => {
        const vector = f.local('v128')
        return e.seq(
          e.storeTogether(e.i32(64), [e.f32x4(1), e.load('v128.load', e.i32(64)), e.f32x4Lanes([-0, 1, 2, 3])], 16),
          e.set(vector, e.loadLane('v128.load32_lane', 2, e.i32(0), e.f32x4Lanes([1, 2, 3, 4]), 16)),
          e.set(vector, e.replaceLane('f32x4.replace_lane', 3, e.get(vector), e.f32(8))),
          e.store('v128.store', e.i32(0), e.get(vector), 32),
          e.storeLane('v128.store32_lane', 3, e.i32(48), e.get(vector), 4),
        )
      }),
    )
    program.f32[4] = 42
    program.f32.fill(5, 16, 20)
    program.exported('main')()
    expect([...program.f32.subarray(8, 14)]).toEqual([1, 2, 42, 8, 0, 8])
    expect([...program.f32.subarray(20, 32)]).toEqual([1, 1, 1, 1, 5, 5, 5, 5, -0, 1, 2, 3])
  })
})

describe('modules', () => {
  it('of hundreds of kilobytes are valid, and share signatures', () => {
    const module = e.createModule({ memory: { initial: 1, maximum: 16384, shared: false } })
    for (let i = 0; i < 300; i++) {
      module.function(`kernel${i}`, { params: ['i32'], results: [] }, ({ params: [address], local }) => {
        const x = local('v128')
        if (!address) return none
        const step = e.set(x, e.op('f32x4.add', e.get(x), e.load('v128.load', e.get(address), 16 * i)))
        return e.seq(...Array.from({ length: 100 }, () => step), e.store('v128.store', e.get(address), e.get(x)))
      })
    }
    const bytes = module.bytes()
    expect(bytes.length).toBeGreaterThan(300_000)
    expect(WebAssembly.validate(bytes)).toBe(true)
    expect(disassemble(bytes).match(/\(type /g)?.length).toBe(301) // one definition, 300 uses
  })

  it('refuse a function defined inside another', () => {
    const module = e.createModule({ memory: onePage })
    const inner = () => module.function('inner', { params: [], results: [] }, () => none)
    const outer = () => module.function('outer', { params: [], results: [] }, () => (inner(), none))
    expect(outer).toThrow('outer defines another function inside its body')
  })
})
