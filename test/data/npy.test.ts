import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNpy, writeNpy } from '../../src/data/npy.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { damaged } from './damage.ts'
import { fromBase64, npyBytes, numpyArrays } from './npy-bytes.ts'

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)

describe('readNpy', () => {
  it.each(numpyArrays.saved)('reads $code as NumPy saved it', ({ shape, values, npy, code }) => {
    const array = readNpy(fromBase64(npy), 'file')
    expect(array.shape).toEqual(shape)
    expect(Array.from(array.values, Number)).toEqual(values.map(Number))
    const wide = /'[<>|]([a-z]\d)'|'([a-z]\d)'/.exec(code)
    const names: Record<string, string> = { b: 'bool', u: 'uint', i: 'int', f: 'float' }
    const [kind, bytes] = wide?.[1] ?? wide?.[2] ?? ''
    expect(array.type).toBe(kind === 'b' ? 'bool' : `${names[kind]}${8 * Number(bytes)}`)
  })

  it('reads a view that begins anywhere in its buffer, without copying where it need not', () => {
    for (const { npy, shape } of numpyArrays.saved) {
      const bytes = fromBase64(npy)
      const plain = readNpy(bytes, 'file')
      for (let shift = 1; shift < 8; shift++) {
        const shifted = Uint8Array.of(...Array<number>(shift).fill(9), ...bytes)
        expect(readNpy(shifted.subarray(shift), 'file')).toEqual(plain)
        expect(readNpy(Buffer.from(shifted.buffer, shift), 'file').values).toEqual(plain.values)
      }
      const isTurned = Buffer.from(npy, 'base64').includes("'>")
      if (sizeOf(shape) > 0) expect(plain.values.buffer === bytes.buffer).toBe(!isTurned)
    }
  })

  it.each(numpyArrays.versions)('reads what $code wrote', ({ npy }) => {
    expect(readNpy(fromBase64(npy), 'file')).toMatchObject({ shape: [2], values: new Uint8Array([3, 4]) })
  })

  it.each(numpyArrays.refused)('refuses $code and says what to do', ({ npy, code }) => {
    const read = () => readNpy(fromBase64(npy), 'faces.npy')
    expect(read).toThrow(UserError)
    expect(read).toThrow(
      /^faces\.npy (is in Fortran order.*ascontiguousarray|holds (elements of type '.*astype|records))/,
    )
    expect(code.startsWith('np.asfortranarray')).toBe(/Fortran/.test(messageOf(read)))
  })

  const dictionary = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }"

  it.each([
    ['white space and line breaks', ` ${dictionary.replaceAll(' ', '\n ')} \n\n`],
    ['another order', "{'shape': (2,), 'descr': '|u1', 'fortran_order': False}"],
    ['double quotes', dictionary.replaceAll("'", '"')],
    ['sizes as Python 2 wrote them', dictionary.replace('2', '2L')],
  ])('takes a header with %s', (_, header) => {
    expect(readNpy(npyBytes(header, [3, 4]), 'file').shape).toEqual([2])
  })

  it.each([
    ['nothing', new Uint8Array(), 'is not a .npy file'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'does not begin with \\x93NUMPY'],
    ['an .npz', Uint8Array.of(0x50, 0x4b, 3, 4), 'it is a zip archive'],
    ['no more than the magic', npyBytes(dictionary).subarray(0, 7), 'ends inside the header'],
    ['half a header', npyBytes(dictionary).subarray(0, 40), 'ends inside the header'],
    ['a version to come', npyBytes(dictionary).with(6, 4), 'is of version 4.0'],
    ['version 1.1', npyBytes(dictionary).with(7, 1), 'is of version 1.1'],
    ['a header of 4 GB', npyBytes(dictionary).fill(255, 8, 12).with(6, 2), 'asks for a header of 4294967295 bytes'],
    [
      'too few elements',
      npyBytes(dictionary, [1]),
      'is cut short: its header, uint8 of 2, asks for 69 bytes, but it has 68',
    ],
    ['too many elements', npyBytes(dictionary, [1, 2, 3]), 'has bytes after its end'],
    ['a call', npyBytes("dict(descr='|u1', fortran_order=False, shape=(2,))", [1, 2]), 'not the dictionary'],
    ['a name', npyBytes(dictionary.replace('2', 'n'), [1, 2]), 'not the dictionary'],
    ['a number in brackets', npyBytes(dictionary.replace('(2,)', '(2)'), [1, 2]), 'not the dictionary'],
    ['a negative size', npyBytes(dictionary.replace('2', '-2'), [1, 2]), 'not the dictionary'],
    ['half a size', npyBytes(dictionary.replace('2', '2.5'), [1, 2]), 'not the dictionary'],
    ['a size beyond exact numbers', npyBytes(dictionary.replace('2', '9'.repeat(400)), [1, 2]), 'not the dictionary'],
    [
      'sizes beyond all memory',
      npyBytes(
        dictionary.replace(
          '2',
          Array(60)
            .fill(2 ** 53 - 1)
            .join(),
        ),
        [1, 2],
      ),
      'is cut short',
    ],
    ['a key too many', npyBytes(dictionary.replace('}', "'more': 1}"), [1, 2]), 'not the dictionary'],
    ['a key too few', npyBytes("{'descr': '|u1', 'shape': (2,)}", [1, 2]), 'not the dictionary'],
    ['a truth that is none', npyBytes(dictionary.replace('False', '0'), [1, 2]), 'not the dictionary'],
    ['two headers', npyBytes(dictionary + dictionary, [1, 2]), 'not the dictionary'],
    ['brackets without end', npyBytes('('.repeat(60_000)), 'not the dictionary'],
    ['an order that says nothing', npyBytes(dictionary.replace('|u1', '|f4'), [1, 2]), "elements of type '|f4'"],
  ])('refuses %s', (_, bytes, message) => {
    const read = () => readNpy(bytes, 'faces.npy')
    expect(read).toThrow(UserError)
    expect(messageOf(read)).toMatch(/^faces\.npy /)
    expect(messageOf(read)).toContain(message)
  })

  it('gives a consistent array or a UserError, whatever happened to a file', () => {
    const files = [...numpyArrays.saved, ...numpyArrays.versions, ...numpyArrays.refused]
    fc.assert(
      fc.property(damaged(...files.map(({ npy }) => fromBase64(npy))), (bytes) => {
        try {
          const { shape, values } = readNpy(bytes, 'broken')
          expect(values.length).toBe(sizeOf(shape))
          expect(values.byteLength).toBeLessThan(bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(UserError)
          expect(String(error)).toContain('broken')
        }
      }),
      { numRuns: 3000 },
    )
  })
})

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 })
const arrays = shapes.chain((shape) => {
  const length = { minLength: sizeOf(shape), maxLength: sizeOf(shape) }
  return fc.record({ shape: fc.constant(shape), values: fc.oneof(fc.uint8Array(length), fc.float32Array(length)) })
})

describe('writeNpy', () => {
  it('writes the very bytes of numpy.save', () => {
    let compared = 0
    for (const { code, shape, values, npy } of numpyArrays.saved) {
      const numbers = values.map(Number)
      if (/'<f4'/.test(code)) expect(writeNpy(shape, Float32Array.from(numbers))).toEqual(fromBase64(npy))
      else if (/'u1'/.test(code)) expect(writeNpy(shape, Uint8Array.from(numbers))).toEqual(fromBase64(npy))
      else continue
      compared++
    }
    expect(compared).toBe(5)
  })

  it('leaves as much room behind every header as numpy.save', () => {
    for (const [shape, bytes] of numpyArrays.lengths) {
      expect(writeNpy(shape, new Float32Array(sizeOf(shape))).length, shape.join(' x ')).toBe(bytes)
    }
  })

  it('writes what readNpy reads', () => {
    fc.assert(
      fc.property(arrays, ({ shape, values }) => {
        const type = values instanceof Uint8Array ? 'uint8' : 'float32'
        expect(readNpy(writeNpy(shape, values), 'file')).toEqual({ shape, type, values })
      }),
    )
  })

  it('writes a part of a buffer alone', () => {
    const part = new Float32Array([1, 2, 3, 4]).subarray(1, 3)
    expect([...readNpy(writeNpy([2], part), 'file').values]).toEqual([2, 3])
  })

  it('does not write other elements than the shape has', () => {
    expect(() => writeNpy([2, 3], new Uint8Array(5))).toThrow(RangeError)
  })
})

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'nothing was thrown'
}
