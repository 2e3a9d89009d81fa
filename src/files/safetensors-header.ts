/**
 * The header of a safetensors file (https://huggingface.co/docs/safetensors, "Format"): 8 bytes that say how long it is,
 * little-endian, then a JSON object `{"NAME": {"dtype", "shape", "data_offsets": [begin, end]}, ..., "__metadata__": {...}}`
 * in UTF-8, padded with spaces. The rest of the file is the data, every byte of which belongs to exactly one tensor.
 */
import { UserError } from '../tensor/errors.ts'

/** One tensor as the header tells of it. */
export interface HeaderEntry {
  readonly name: string
  /** In the format's own words: F32, BOOL, ... */
  readonly dtype: string
  readonly shape: readonly number[]
  /** Its first byte within the data. */
  readonly begin: number
  /** The byte after its last one. */
  readonly end: number
}

export interface Header {
  /** As their data lie. They fill `data` without a hole. */
  readonly entries: readonly HeaderEntry[]
  readonly metadata: Readonly<Record<string, string>>
  /** A view into the bytes that were read. */
  readonly data: Uint8Array
}

const lengthBytes = 8

/**
 * The format allows ten times as much. This is enough for a hundred thousand tensors, and hostile JSON of 100 MB keeps
 * JSON.parse busy for half a minute and 3 GB.
 */
const longestHeader = 10_000_000

export const metadataName = '__metadata__'

/** Reads a header and holds the length of the file to it. `file` is what error messages call the file. */
export function readHeader(bytes: Uint8Array, file: string): Header {
  const headerBytes = readHeaderLength(bytes, file)
  const fields = parseFields(bytes.subarray(lengthBytes, lengthBytes + headerBytes), file)
  const entries = fields
    .filter(([name]) => name !== metadataName)
    .map(([name, value]) => readEntry(name, value, file))
    .toSorted((left, right) => left.begin - right.begin || left.end - right.end)
  const data = bytes.subarray(lengthBytes + headerBytes)
  requireWhole(entries, bytes.length, data.length, file)
  const [, metadata] = fields.find(([name]) => name === metadataName) ?? [metadataName, {}]
  return { entries, metadata: readMetadata(metadata, file), data }
}

/** The bytes of a header, its length in front, padded so that the data after it lie aligned. */
export function writeHeader(entries: readonly HeaderEntry[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const facts = Object.keys(metadata)
    .toSorted()
    .map((key) => `${quoteWhole(key)}:${quoteWhole(metadata[key])}`)
  // Written by hand: an object would put names that look like numbers first.
  const fields = [
    ...(facts.length === 0 ? [] : [`"${metadataName}":{${facts.join(',')}}`]),
    ...entries.map(
      ({ name, dtype, shape, begin, end }) =>
        `${quoteWhole(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${begin},${end}]}`,
    ),
  ]
  const json = new TextEncoder().encode(`{${fields.join(',')}}`)
  if (json.length > longestHeader) {
    throw new UserError(
      `The names and the metadata of these tensors take ${json.length} bytes, where ${longestHeader} are allowed.`,
    )
  }
  const header = new Uint8Array(lengthBytes + Math.ceil(json.length / 8) * 8).fill(0x20)
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - lengthBytes), true)
  header.set(json, lengthBytes)
  return header
}

/** A name as messages show it: quoted, and cut where it is very long. */
export const quote = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name)

export const broken = (file: string, fault: string): UserError => new UserError(`${file} is broken: ${fault}.`)

function quoteWhole(text: string): string {
  if (!text.isWellFormed()) {
    throw new UserError(`${quote(text)} cannot be written to a safetensors file: it holds half a character.`)
  }
  return JSON.stringify(text)
}

const notSafetensors = (file: string, reason: string, cause?: unknown): UserError =>
  new UserError(`${file} is not a safetensors file: ${reason}.`, { cause })

function readHeaderLength(bytes: Uint8Array, file: string): number {
  if (bytes.length < lengthBytes) {
    throw notSafetensors(file, `it has ${bytes.length} bytes, where the header's length alone takes ${lengthBytes}`)
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true)
  if (length > longestHeader) {
    throw notSafetensors(
      file,
      `its first bytes ask for a header of ${length} bytes, where at most ${longestHeader} are read`,
    )
  }
  if (lengthBytes + Number(length) > bytes.length) {
    throw notSafetensors(
      file,
      `its first bytes ask for a header of ${length} bytes, but only ${bytes.length - lengthBytes} follow`,
    )
  }
  return Number(length)
}

function parseFields(header: Uint8Array, file: string): [string, unknown][] {
  let json = ''
  let value: unknown
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header)
    value = JSON.parse(json)
  } catch (error) {
    throw notSafetensors(file, 'its header is not JSON', error)
  }
  if (!isRecord(value) || !json.startsWith('{')) throw notSafetensors(file, 'its header is not a JSON object')
  const repeated = repeatedName(json)
  if (repeated !== undefined) throw broken(file, `its header names ${quote(repeated)} twice`)
  return Object.entries(value)
}

/**
 * A name that stands twice in the header or in one of its objects, of which JSON.parse keeps the last. What lies deeper
 * belongs to no tensor. `json` has to be valid.
 */
function repeatedName(json: string): string | undefined {
  const seen = [new Set<string>(), new Set<string>()]
  let depth = 0
  let literal = ''
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (character === '{' || character === '[') {
      seen[depth]?.clear()
      depth++
    } else if (character === '}' || character === ']') {
      depth--
    } else if (character === '"') {
      const start = at++
      while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1
      literal = json.slice(start, at + 1)
    } else if (character === ':' && depth <= seen.length) {
      const name = String(JSON.parse(literal))
      const names = seen[depth - 1]
      if (names.has(name)) return name
      names.add(name)
    }
  }
  return undefined
}

function readEntry(name: string, value: unknown, file: string): HeaderEntry {
  const fault = (what: string) => broken(file, `tensor ${quote(name)} ${what}`)
  if (!isRecord(value)) throw fault('is not described by a JSON object')
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string') throw fault('has no dtype')
  if (!isSizes(shape)) throw fault('has a shape that is not a list of whole numbers from 0 on')
  if (!isSizes(offsets) || offsets.length !== 2)
    throw fault('has data_offsets that are not two whole numbers from 0 on')
  const [begin, end] = offsets
  if (end < begin) throw fault(`ends at byte ${end}, before it begins at byte ${begin}`)
  return { name, dtype, shape, begin, end }
}

function readMetadata(value: unknown, file: string): Readonly<Record<string, string>> {
  if (!isRecord(value)) throw broken(file, `its ${metadataName} is not a JSON object`)
  const facts = Object.entries(value).map(([key, fact]): [string, string] => {
    if (typeof fact !== 'string') throw broken(file, `its ${metadataName} ${quote(key)} is not a string`)
    return [key, fact]
  })
  return Object.fromEntries(facts)
}

function requireWhole(entries: readonly HeaderEntry[], fileBytes: number, dataBytes: number, file: string): void {
  const end = entries.reduce((latest, entry) => Math.max(latest, entry.end), 0)
  if (end !== dataBytes) {
    const fault = end > dataBytes ? 'is cut short' : 'has bytes after its end'
    const expected = fileBytes - dataBytes + end
    throw new UserError(`${file} ${fault}: its header asks for ${expected} bytes, but it has ${fileBytes}.`)
  }
  let filled = 0
  for (const entry of entries) {
    if (entry.begin !== filled) {
      const fault = entry.begin < filled ? 'overlaps the tensor before it' : 'leaves a hole before it'
      throw broken(file, `tensor ${quote(entry.name)} ${fault}`)
    }
    filled = entry.end
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isSize)
