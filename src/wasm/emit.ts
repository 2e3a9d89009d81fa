/**
 * The WebAssembly binary format, and nothing else: modules as bytes, here; the instructions in instructions.ts, which
 * this file passes on so that one import has all of it.
 */
import { Bytes } from './bytes.ts'
import { writeVectorConstant } from './instructions.ts'
import type { Code, FunctionBody, FunctionHandle, Local, ValueType } from './instructions.ts'

export * from './instructions.ts'

const valueTypes: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }
const end = 0x0b
const localSet = 0x21

/** What a function's body is written with. */
export interface FunctionContext {
  readonly params: readonly Local[]
  /** A new local variable, zero at entry. */
  local(type: ValueType): Local
}

export interface Signature {
  readonly params: readonly ValueType[]
  readonly results: readonly ValueType[]
  /** Whether the function can be called from outside, under its name. */
  readonly export?: boolean
}

/** The imported memory `env.memory`, in pages of 64 KiB. */
export interface MemoryType {
  readonly initial: number
  readonly maximum: number
  readonly shared: boolean
}

export interface Module {
  /** Adds a function; `body` is called at once, with the function's own context. */
  function(name: string, signature: Signature, body: (f: FunctionContext) => Code): FunctionHandle
  /** The module in the binary format, with a name section. */
  bytes(): Uint8Array<ArrayBuffer>
}

interface Definition {
  readonly handle: FunctionHandle
  readonly exported: boolean
  readonly type: number
  readonly code: Uint8Array
}

/** A module under construction, whose functions work on the memory imported as `env.memory`. */
export function createModule(options: { readonly memory: MemoryType }): Module {
  const types: string[] = []
  const definitions: Definition[] = []

  return {
    function(name, signature, body) {
      const { params, results } = signature
      const handle = { name, index: definitions.length, params, results }
      const code = writeBody(params, body)
      if (definitions.length !== handle.index) throw new Error(`${name} defines another function inside its body.`)
      const key = `${params.join()}:${results.join()}`
      const known = types.indexOf(key)
      const type = known < 0 ? types.push(key) - 1 : known
      definitions.push({ handle, exported: signature.export ?? false, type, code })
      return handle
    },
    bytes: () => writeModule(options.memory, definitions),
  }
}

/** The instructions of a function under construction, and the vector constants that they use. */
class Body extends Bytes implements FunctionBody {
  readonly entry = new Bytes()
  readonly #constants = new Map<string, Local>()
  readonly #newLocal: (type: ValueType) => Local

  constructor(newLocal: (type: ValueType) => Local) {
    super()
    this.#newLocal = newLocal
  }

  constant(lanes: Uint8Array): Local {
    const key = lanes.join()
    const known = this.#constants.get(key)
    if (known) return known
    const local = this.#newLocal('v128')
    this.#constants.set(key, local)
    writeVectorConstant(this.entry, lanes)
    this.entry.u8(localSet)
    this.entry.u32leb(local.index)
    return local
  }
}

/** The code section's entry of a function: local declarations, constants, instructions, end. */
function writeBody(params: readonly ValueType[], body: (f: FunctionContext) => Code): Uint8Array {
  const types = [...params]
  const local = (type: ValueType): Local => ({ type, index: types.push(type) - 1 })
  const code = body({ params: params.map((type, index) => ({ type, index })), local })
  const instructions = new Body(local)
  code(instructions)

  const runs: { type: ValueType; count: number }[] = []
  for (const type of types.slice(params.length)) {
    const last = runs.at(-1)
    if (last?.type === type) last.count++
    else runs.push({ type, count: 1 })
  }
  const out = new Bytes()
  writeVector(out, runs, ({ type, count }) => {
    out.u32leb(count)
    out.u8(valueTypes[type])
  })
  out.bytes(instructions.entry.written())
  out.bytes(instructions.written())
  out.u8(end)
  return out.written()
}

function writeModule(memory: MemoryType, definitions: readonly Definition[]): Uint8Array<ArrayBuffer> {
  const out = new Bytes()
  out.bytes(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) // '\0asm', version 1
  const functionKind = 0
  const memoryKind = 2
  const signatures: FunctionHandle[] = []
  for (const { type, handle } of definitions) signatures[type] ??= handle

  section(out, 1, (types) =>
    writeVector(types, signatures, ({ params, results }) => {
      types.u8(0x60)
      writeVector(types, params, (type) => types.u8(valueTypes[type]))
      writeVector(types, results, (type) => types.u8(valueTypes[type]))
    }),
  )
  section(out, 2, (imports) =>
    writeVector(imports, [memory], ({ shared, initial, maximum }) => {
      imports.text('env')
      imports.text('memory')
      imports.u8(memoryKind)
      imports.u8(shared ? 0b11 : 0b01) // bit 0: has a maximum
      imports.u32leb(initial)
      imports.u32leb(maximum)
    }),
  )
  section(out, 3, (functions) => writeVector(functions, definitions, ({ type }) => functions.u32leb(type)))
  section(out, 7, (exports) =>
    writeVector(
      exports,
      definitions.filter(({ exported }) => exported),
      ({ handle }) => {
        exports.text(handle.name)
        exports.u8(functionKind)
        exports.u32leb(handle.index)
      },
    ),
  )
  section(out, 10, (bodies) => writeVector(bodies, definitions, ({ code }) => bodies.sized(code)))
  section(out, 0, (custom) => {
    custom.text('name')
    section(custom, 1, (names) =>
      writeVector(names, definitions, ({ handle }) => {
        names.u32leb(handle.index)
        names.text(handle.name)
      }),
    )
  })
  return out.written().slice()
}

function section(out: Bytes, id: number, write: (content: Bytes) => void): void {
  const content = new Bytes()
  write(content)
  out.u8(id)
  out.sized(content.written())
}

function writeVector<Item>(out: Bytes, items: readonly Item[], write: (item: Item) => void): void {
  out.u32leb(items.length)
  for (const item of items) write(item)
}
