import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../src/files/safetensors.ts'
import type { Safetensors, StoredTensor, StoredValues } from '../../src/files/safetensors.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { safetensorsBytes } from './safetensors-bytes.ts'

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)
const shapes = fc.array(fc.nat(4), { maxLength: 4 })

/** Any values of a length, as bits: NaN with a payload has to survive as well. */
const bytesFor = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

const tensors: fc.Arbitrary<StoredTensor> = fc
  .record({ dtype: fc.constantFrom('f64', 'f32', 'i32', 'u8', 'bool'), shape: shapes })
  .chain(({ dtype, shape }) =>
    bytesFor(8 * sizeOf(shape)).map((bytes): StoredTensor => {
      if (dtype === 'f64') return { dtype, shape, values: new Float64Array(bytes.buffer) }
      if (dtype === 'f32') return { dtype, shape, values: new Float32Array(bytes.buffer, 0, sizeOf(shape)) }
      if (dtype === 'i32') return { dtype, shape, values: new Int32Array(bytes.buffer, 0, sizeOf(shape)) }
      const values = bytes.slice(0, sizeOf(shape))
      return { dtype, shape, values: dtype === 'u8' ? values : values.map((byte) => byte % 2) }
    }),
  )

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 9 }),
  fc.string({ unit: 'binary', maxLength: 9 }),
  fc.constantFrom('__proto__', 'constructor', '7', '07', '', 'generator.0.weight', '\uff5e', '\u{1f600}'),
)
const files: fc.Arbitrary<Safetensors> = fc.record({
  tensors: fc
    .uniqueArray(fc.tuple(texts, tensors), { selector: ([name]) => name, maxLength: 6 })
    .map((list) => new Map(list)),
  metadata: fc.dictionary(texts, texts, { maxKeys: 4 }),
})

const bitsOf = ({ buffer, byteOffset, byteLength }: StoredValues) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex')

/** Everything in a file, as it can be compared: bits instead of numbers, in the order of the names. */
const contents = ({ tensors: stored, metadata }: Safetensors) => ({
  tensors: [...stored]
    .map(([name, { dtype, shape, values }]) => ({
      name,
      dtype,
      shape,
      kind: values.constructor.name,
      bits: bitsOf(values),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  metadata: Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1)),
})

/** The same bytes, `by` bytes off any alignment, in a Buffer, as readFile may give them. */
function shifted(bytes: Uint8Array, by: number): Buffer {
  const room = Buffer.from(new ArrayBuffer(bytes.length + by))
  room.set(bytes, by)
  return room.subarray(by)
}

describe('encodeSafetensors and decodeSafetensors', () => {
  it('give back every bit, wherever the bytes lie in memory', () => {
    fc.assert(
      fc.property(files, fc.nat(9), (file, by) => {
        expect(contents(decodeSafetensors(shifted(encodeSafetensors(file), by), 'file'))).toEqual(contents(file))
      }),
    )
  })

  it('write equal bytes for equal tensors, in whatever order they come', () => {
    fc.assert(
      fc.property(files, ({ tensors: stored, metadata }) => {
        const backwards = {
          tensors: new Map([...stored].toReversed()),
          metadata: Object.fromEntries(Object.entries(metadata).toReversed()),
        }
        expect(encodeSafetensors(backwards)).toEqual(encodeSafetensors({ tensors: stored, metadata }))
      }),
    )
  })

  it('write every tensor where its type is aligned', () => {
    fc.assert(
      fc.property(files, (file) => {
        const bytes = encodeSafetensors(file)
        for (const { values } of decodeSafetensors(bytes, 'file').tensors.values())
          expect(values.buffer).toBe(bytes.buffer)
      }),
    )
  })
})

describe('decodeSafetensors', () => {
  /**
   * Written by the Python package safetensors 0.8.0 with NumPy 2.4.6, by safetensors.numpy.save_file: arrays of float32,
   * int32, uint8 and bool with the values below, and the metadata {'made by': 'safetensors 0.8.0, é'}.
   */
  const python = readFileSync('test/fixtures/python.safetensors')
  const expected: readonly (readonly [string, StoredTensor['dtype'], readonly number[], readonly number[]])[] = [
    ['10', 'f32', [0, 3], []],
    ['9', 'f32', [1, 1, 1], [1]],
    ['generator.0.bias', 'f32', [3], [Math.fround(Math.PI), 0, -(2 ** 31)]],
    ['generator.0.weight', 'f32', [2, 3], [0.5, -1.25, 3, Infinity, -0, 2 ** -149]],
    ['moments', 'i32', [2], [-2147483648, 2147483647]],
    ['step', 'i32', [], [7]],
    ['pixels', 'u8', [3], [0, 127, 255]],
    ['é "quoted"\n', 'u8', [2], [1, 2]],
    ['\uff5e', 'u8', [1], [3]],
    ['\u{1f600}', 'u8', [1], [4]],
    ['mask', 'bool', [3], [1, 0, 1]],
  ]

  it('reads what the Python package wrote', () => {
    const { tensors: stored, metadata } = decodeSafetensors(python, 'python')
    const read = [...stored].map(([name, { dtype, shape, values }]) => [name, dtype, shape, [...values]])
    expect(read).toEqual(expected)
    expect(metadata).toEqual({ 'made by': 'safetensors 0.8.0, é' })
  })

  it('reads what, written again, is what the Python package wrote, byte by byte', () => {
    expect(Buffer.from(encodeSafetensors(decodeSafetensors(python, 'python'))).equals(python)).toBe(true)
  })

  it('reads tensors in any order, a header without padding, unknown fields and no tensors at all', () => {
    const header =
      '{"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5],"note":{"dtype":1}},"a":{"data_offsets":[0,1],"shape":[1],"dtype":"U8"}}'
    const { tensors: stored } = decodeSafetensors(safetensorsBytes(header, [9, 0, 0, 128, 63]), 'file')
    expect([...stored]).toEqual([
      ['a', { dtype: 'u8', shape: [1], values: Uint8Array.of(9) }],
      ['b', { dtype: 'f32', shape: [1], values: Float32Array.of(1) }],
    ])
    expect(decodeSafetensors(safetensorsBytes('{}  '), 'file')).toEqual({ tensors: new Map(), metadata: {} })
  })

  it('takes an empty tensor of whatever sizes', () => {
    const header = '{"a":{"dtype":"F32","shape":[9007199254740991,0,9007199254740991],"data_offsets":[0,0]}}'
    const { tensors: stored } = decodeSafetensors(safetensorsBytes(header), 'file')
    expect(stored.get('a')?.values).toEqual(new Float32Array())
  })
})

const tensor = (shape: string, offsets: string, dtype = '"F32"') =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`
const good = tensor('[1]', '[0,4]')
const four = [1, 2, 3, 4]
const wrongSizes = 'list of whole numbers from 0 on'
const wrongOffsets = 'two whole numbers from 0 on'

/** name, the bytes, what the sentence says. */
const lies: readonly (readonly [string, Uint8Array, string])[] = [
  ['nothing', new Uint8Array(), 'it has 0 bytes'],
  ['less than a length', new Uint8Array(7), 'it has 7 bytes'],
  ['a length beyond the file', safetensorsBytes('{}', [], 3n), 'a header of 3 bytes, but only 2 follow'],
  [
    'a length of 100 MB and one',
    safetensorsBytes('{}', [], 100_000_001n),
    'a header of 100000001 bytes, where at most',
  ],
  ['a length beyond exact numbers', safetensorsBytes('{}', [], 2n ** 64n - 1n), '18446744073709551615'],
  ['a picture', Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0), 'not a safetensors file'],
  ['a header of no bytes', safetensorsBytes(''), 'its header is not JSON'],
  ['no JSON', safetensorsBytes(`{"a":${good},}`, four), 'its header is not JSON'],
  ['no UTF-8', safetensorsBytes(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), 'its header is not JSON'],
  ['a byte order mark', safetensorsBytes('\ufeff{}'), 'its header is not JSON'],
  ['padding of zeros', safetensorsBytes('{}\0\0\0\0'), 'its header is not JSON'],
  ['spaces in front', safetensorsBytes(' {}'), 'its header is not a JSON object'],
  ...['[]', 'null', '7', '"{}"'].map(
    (json) => [`${json} for a header`, safetensorsBytes(json), 'its header is not a JSON object'] as const,
  ),
  ['the same tensor twice', safetensorsBytes(`{"a":${good},"a":${good}}`, four), 'its header names "a" twice'],
  [
    'a name twice, once escaped',
    safetensorsBytes(`{"a":${good},"\\u0061" :${good}}`, four),
    'its header names "a" twice',
  ],
  ['metadata twice', safetensorsBytes('{"__metadata__":{},"__metadata__":{"a":"b"}}'), 'names "__metadata__" twice'],
  ['the same metadata twice', safetensorsBytes('{"__metadata__":{"\\"":"b","\\"":"c"}}'), 'names "\\"" twice'],
  ['two shapes', safetensorsBytes(`{"a":{"shape":[2],${good.slice(1)}}`, four), 'names "shape" twice'],
  ['metadata that is a list', safetensorsBytes('{"__metadata__":["a"]}'), '__metadata__ is not a JSON object'],
  ['metadata of null', safetensorsBytes('{"__metadata__":null}'), '__metadata__ is not a JSON object'],
  ['metadata of numbers', safetensorsBytes('{"__metadata__":{"step":7}}'), '__metadata__ "step" is not a string'],
  ['a tensor that is a number', safetensorsBytes('{"a":7}'), 'tensor "a" is not described by a JSON object'],
  ['a tensor without anything', safetensorsBytes('{"a":{}}'), 'tensor "a" has no dtype'],
  [
    'a dtype that is a number',
    safetensorsBytes(`{"a":${tensor('[1]', '[0,4]', '7')}}`, four),
    'tensor "a" has no dtype',
  ],
  ...['F16', 'BF16', 'I64', 'f32', '', '__proto__'].map(
    (dtype) =>
      [
        `the dtype '${dtype}'`,
        safetensorsBytes(`{"a":${tensor('[2]', '[0,4]', `"${dtype}"`)}}`, four),
        `tensor "a" of type "${dtype}"; only F64, F32, I32, U8 and BOOL are read`,
      ] as const,
  ),
  ...['null', '1', '{}', '[-1]', '[0.5]', '["1"]', '[1e400]', '[9007199254740992]', '[[1]]'].map(
    (shape) => [`the shape ${shape}`, safetensorsBytes(`{"a":${tensor(shape, '[0,4]')}}`, four), wrongSizes] as const,
  ),
  ...['null', '[]', '[0]', '[0,4,4]', '[-4,0]', '[0,4.5]', '["0","4"]', '{"0":0,"1":4}', '[0,1e300]'].map(
    (offsets) =>
      [`the offsets ${offsets}`, safetensorsBytes(`{"a":${tensor('[1]', offsets)}}`, four), wrongOffsets] as const,
  ),
  ['a shape of more', safetensorsBytes(`{"a":${tensor('[2]', '[0,4]')}}`, four), 'takes 8 bytes, but has 4'],
  ['a shape of less', safetensorsBytes(`{"a":${tensor('[0]', '[0,4]')}}`, four), 'takes 0 bytes, but has 4'],
  [
    'a shape of eons',
    safetensorsBytes(`{"a":${tensor('[9007199254740991,9007199254740991]', '[0,4]')}}`, four),
    'F32 [9007',
  ],
  [
    'a shape beyond all numbers',
    safetensorsBytes(`{"a":${tensor(JSON.stringify(Array(99).fill(1e9)), '[0,0]')}}`),
    'takes Infinity bytes, but has 0',
  ],
  ['offsets that go backwards', safetensorsBytes(`{"a":${tensor('[1]', '[4,0]')}}`, four), 'ends at byte 0, before'],
  [
    'offsets beyond the file',
    safetensorsBytes(`{"a":${tensor('[2]', '[0,8]')}}`, four),
    'is cut short: its header asks',
  ],
  [
    'offsets beyond all files',
    safetensorsBytes(`{"a":${tensor('[1]', '[9007199254740987,9007199254740991]')}}`),
    'is cut short',
  ],
  ['bytes after the end', safetensorsBytes(`{"a":${good}}`, [...four, 5]), 'has bytes after its end'],
  ['bytes and no tensor', safetensorsBytes('{}', [0]), 'has bytes after its end'],
  [
    'a hole at the start',
    safetensorsBytes(`{"a":${tensor('[1]', '[1,5]')}}`, [...four, 5]),
    'tensor "a" leaves a hole',
  ],
  [
    'a hole between two',
    safetensorsBytes(`{"b":${tensor('[0]', '[4,4]')},"a":${tensor('[2]', '[0,2]', '"U8"')}}`, four),
    'tensor "b" leaves a hole before it',
  ],
  [
    'two that overlap',
    safetensorsBytes(`{"a":${good},"b":${tensor('[2]', '[2,4]', '"U8"')}}`, four),
    'tensor "b" overlaps the tensor before it',
  ],
  ['two in one place', safetensorsBytes(`{"a":${good},"b":${good}}`, four), 'overlaps the tensor before it'],
  ['an empty one inside another', safetensorsBytes(`{"a":${good},"b":${tensor('[0]', '[2,2]')}}`, four), 'overlaps'],
]

describe('decodeSafetensors, held against lies,', () => {
  it.each(lies)('refuses %s in one sentence', (_name, bytes, says) => {
    const read = () => decodeSafetensors(bytes, 'run/it.safetensors')
    expect(read).toThrow(UserError)
    expect(read).toThrow(says)
    expect(read).toThrow(/^run\/it\.safetensors [^\n]+\.$/)
  })

  it('keeps sentences short, whatever a tensor is called', () => {
    const name = `\u001b[2J${'x'.repeat(1e6)}`
    const bytes = safetensorsBytes(
      JSON.stringify({ [name]: { dtype: 'F32', shape: Array(1e5).fill(3), data_offsets: [0, 0] } }),
    )
    const error = failure(bytes)
    expect(error?.message.length).toBeLessThan(400)
    expect(error?.message).not.toContain('\u001b')
  })

  /** The most costly headers known that are as long as is read. */
  const hostile: readonly (readonly [string, (length: number) => string])[] = [
    ['lists in lists', (length) => `{"a":${'['.repeat(length / 2 - 5)}${']'.repeat(length / 2 - 5)}}`],
    ['objects in objects', (length) => `${'{"a":'.repeat(length / 6 - 5)}1${'}'.repeat(length / 6 - 5)}`],
    ['many empty objects', (length) => `{"a":{"shape":[${'{},'.repeat(length / 3 - 20)}1]}}`],
    ['many wrong sizes', (length) => `{"a":{"dtype":"F32","shape":[${'-1,'.repeat(length / 3 - 20)}1]}}`],
    ['nothing but escapes', (length) => `{"${'\\n'.repeat(length / 2 - 20)}":1}`],
    ['nothing but spaces', (length) => ' '.repeat(length)],
    ['a name without end', (length) => `{"${'a'.repeat(length - 20)}`],
  ]
  it.each(hostile)('does not lose itself in %s', (_name, header) => {
    const bytes = safetensorsBytes(header(10_000_000))
    const begin = performance.now()
    expect(failure(bytes)).toBeInstanceOf(UserError)
    expect(performance.now() - begin).toBeLessThan(10_000)
  })
})

/** What reading threw; nothing where it went well, and then what was read is whole. */
function failure(bytes: Uint8Array): Error | undefined {
  try {
    const { tensors: stored } = decodeSafetensors(bytes, 'file')
    for (const { shape, values } of stored.values()) expect(values.length).toBe(sizeOf(shape))
    return undefined
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

function expectValueOrSentence(bytes: Uint8Array): void {
  const error = failure(bytes)
  if (error === undefined) return
  expect(error).toBeInstanceOf(UserError)
  expect(error.message).toMatch(/^file [^\n]+\.$/)
}

describe('decodeSafetensors, given a file that was damaged,', () => {
  const whole = encodeSafetensors({
    tensors: new Map<string, StoredTensor>([
      ['a.weight', { dtype: 'f32', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      ['a.count', { dtype: 'i32', shape: [], values: Int32Array.of(7) }],
      ['a.mask', { dtype: 'bool', shape: [3], values: Uint8Array.of(1, 0, 1) }],
    ]),
    metadata: { format: 'test', step: '7' },
  })

  it('reads it or says what is wrong: bytes changed', () => {
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = new Uint8Array(whole)
        for (const [at, flip] of changes) bytes[at] ^= flip
        expectValueOrSentence(bytes)
      }),
      { numRuns: 3000 },
    )
  })

  it('says what is wrong when it is cut or longer', () => {
    for (let length = 0; length < whole.length; length++)
      expect(failure(whole.subarray(0, length))).toBeInstanceOf(UserError)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (more) => {
        expect(failure(Buffer.concat([whole, more]))?.message).toContain('bytes after its end')
      }),
    )
  })

  it('says what is wrong when its header has another length', () => {
    const honest = new DataView(whole.buffer).getBigUint64(0, true)
    const lengths = fc
      .oneof(fc.bigInt(0n, BigInt(whole.length)), fc.bigInt(0n, 2n ** 64n - 1n))
      .filter((n) => n !== honest)
    fc.assert(
      fc.property(lengths, (length) => {
        const bytes = new Uint8Array(whole)
        new DataView(bytes.buffer).setBigUint64(0, length, true)
        expectValueOrSentence(bytes)
        expect(failure(bytes)).toBeInstanceOf(UserError)
      }),
    )
  })

  it('reads it or says what is wrong: a header of other JSON', () => {
    const numbers = fc.oneof(fc.nat(9), fc.double(), fc.maxSafeInteger())
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'I32', 'U8', 'BOOL', 'F64'), fc.jsonValue()),
        shape: fc.oneof(fc.array(numbers, { maxLength: 3 }), fc.jsonValue()),
        data_offsets: fc.oneof(fc.array(numbers, { maxLength: 3 }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    const header = fc.dictionary(
      texts,
      fc.oneof({ weight: 4, arbitrary: entry }, { weight: 1, arbitrary: fc.jsonValue() }),
    )
    fc.assert(
      fc.property(header, bytesFor(12), (json, data) =>
        expectValueOrSentence(safetensorsBytes(JSON.stringify(json), data)),
      ),
      { numRuns: 1000 },
    )
  })
})

describe('encodeSafetensors', () => {
  const values = Float32Array.of(1, 2, 3)
  const faults: readonly (readonly [string, string, StoredTensor, string])[] = [
    [
      'sizes that are not its values',
      'a',
      { dtype: 'f32', shape: [2], values },
      'its shape is [2], but it has 3 values',
    ],
    ['sizes below 0', 'a', { dtype: 'f32', shape: [-1, -3], values }, 'its shape is [-1, -3]'],
    ['values of another type', 'a', { dtype: 'i32', shape: [3], values }, 'i32 has to come as Int32Array'],
    ['the name of the metadata', '__metadata__', { dtype: 'f32', shape: [3], values }, 'kept for the metadata'],
    ['half a character', 'a\ud83d', { dtype: 'f32', shape: [3], values }, 'half a character'],
  ]
  it.each(faults)('refuses a tensor with %s', (_name, name, stored, says) => {
    const write = () => encodeSafetensors({ tensors: new Map([[name, stored]]), metadata: {} })
    expect(write).toThrow(UserError)
    expect(write).toThrow(says)
  })

  it('refuses metadata that no reader would take', () => {
    for (const metadata of [{ note: 'x'.repeat(10_000_001) }, { note: '\ud83d' }, { '\udc00': '' }]) {
      expect(() => encodeSafetensors({ tensors: new Map(), metadata })).toThrow(UserError)
    }
  })
})
