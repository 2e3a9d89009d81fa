import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadNpy } from '../../src/data/npy-node.ts'
import { writeNpy } from '../../src/data/npy.ts'
import { damaged } from './damage.ts'
import { fromBase64, npyBytes, numpyArrays } from './npy-bytes.ts'
import { expectRefusal, valueOrRefusal } from './refusal.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forger-npy-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

const load = async (images: Uint8Array, labels?: Uint8Array) =>
  loadNpy({
    name: 'npy',
    images: await file('images.npy', images),
    labels: labels === undefined ? null : await file('labels.npy', labels),
  })

/** An array of any type that NumPy has, in any shape. */
const array = (descr: string, shape: string, values: ArrayBufferView) =>
  npyBytes(
    `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`,
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  )

const allBytes = Uint8Array.from({ length: 256 }, (_, value) => value)

describe('loadNpy', () => {
  it('takes bytes as they are, in grey and in colour', async () => {
    const grey = await load(writeNpy([4, 8, 8], allBytes))
    expect(grey).toMatchObject({ name: 'npy', count: 4, shape: [8, 8, 1], labels: null, classes: null })
    expect(Uint8Array.from(grey.images)).toEqual(allBytes)
    expect((await load(writeNpy([4, 8, 8, 1], allBytes))).shape).toEqual([8, 8, 1])
    const colors = await load(writeNpy([1, 5, 17, 3], allBytes.subarray(1)))
    expect(colors).toMatchObject({ count: 1, shape: [5, 17, 3] })
  })

  // What training makes of bytes (see gan/data.ts), and what most people do before they save.
  it.each([
    ['0 to 1', (byte: number) => byte / 255],
    ['-1 to 1', (byte: number) => byte / 127.5 - 1],
  ])('gives every byte back that was saved as floats from %s', async (_, toFloat) => {
    const floats = Float32Array.from(allBytes, toFloat)
    expect((await load(writeNpy([4, 8, 8], floats))).images).toEqual(allBytes)
    const doubles = Float64Array.from(allBytes, toFloat)
    expect((await load(array('<f8', '(4, 8, 8)', doubles))).images).toEqual(allBytes)
  })

  it('rounds to the nearest byte', async () => {
    const shares = Float64Array.of(0.4 / 255, 0.6 / 255, 99.4 / 255, 99.6 / 255)
    expect([...(await load(array('<f8', '(1, 2, 2)', shares))).images]).toEqual([0, 1, 99, 100])
  })

  it('takes True for white, and whole numbers of other types that are bytes', async () => {
    expect([...(await load(array('|b1', '(1, 1, 3)', Uint8Array.of(0, 1, 1)))).images]).toEqual([0, 255, 255])
    expect([...(await load(array('<i8', '(1, 1, 3)', BigInt64Array.of(0n, 1n, 255n)))).images]).toEqual([0, 1, 255])
  })

  it('takes labels of any whole type', async () => {
    const images = writeNpy([3, 1, 1], Uint8Array.of(1, 2, 3))
    for (const labels of [
      array('<i8', '(3,)', BigInt64Array.of(0n, 255n, 7n)),
      writeNpy([3], Uint8Array.of(0, 255, 7)),
    ]) {
      expect([...((await load(images, labels)).labels ?? [])]).toEqual([0, 255, 7])
    }
    expect([...((await load(images, array('|b1', '(3,)', Uint8Array.of(1, 0, 1)))).labels ?? [])]).toEqual([1, 0, 1])
  })

  it.each([
    ['floats as large as bytes', writeNpy([1, 1, 2], Float32Array.of(0, 255)), 'float32 from 0 to 255'],
    ['floats just above', writeNpy([1, 1, 2], Float32Array.of(-1, 1.0000001)), 'from -1 to 1.00000011'],
    ['floats just below', writeNpy([1, 1, 2], Float32Array.of(-1.5, 0)), 'from -1.5 to 0'],
    ['no numbers', writeNpy([1, 1, 3], Float32Array.of(0, Number.NaN, 1)), 'infinite or no numbers'],
    ['infinite numbers', writeNpy([1, 1, 2], Float32Array.of(0, -Infinity)), 'infinite or no numbers'],
    ['whole numbers that are no bytes', array('<i2', '(1, 1, 2)', Int16Array.of(-1, 255)), 'int16 from -1 to 255'],
    ['numbers alone', writeNpy([2], Uint8Array.of(1, 2)), 'holds an array of 2; images are'],
    ['channels first', writeNpy([1, 3, 2, 2], new Uint8Array(12)), 'an array of 1 x 3 x 2 x 2; images are'],
    ['no images', writeNpy([0, 28, 28], new Uint8Array()), 'holds no pixels'],
  ])('refuses images that are %s', async (_, images, message) => {
    await expectRefusal(load(images), 'images.npy', message)
  })

  it.each([
    ['floats', writeNpy([2], Float32Array.of(0, 1)), 'labels.npy holds float32'],
    ['negative', array('|i1', '(2,)', Int8Array.of(-1, 1)), 'labels.npy holds labels from -1 to 1'],
    ['too large', array('<i4', '(2,)', Int32Array.of(0, 256)), 'labels.npy holds labels from 0 to 256'],
    ['one-hot', writeNpy([2, 2], Uint8Array.of(1, 0, 0, 1)), 'labels are one number per image'],
    ['a single number', writeNpy([], Uint8Array.of(1)), 'holds a single number; labels are'],
    ['too few', writeNpy([1], Uint8Array.of(1)), '2 images but 1 labels'],
  ])('refuses labels that are %s', async (_, labels, message) => {
    await expectRefusal(load(writeNpy([2, 1, 1], Uint8Array.of(1, 2)), labels), message)
  })

  it('gives a source or a UserError that names the file, whatever happened to it', async () => {
    const good = [
      writeNpy([2, 3, 3], allBytes.subarray(0, 18)),
      writeNpy(
        [1, 2, 2, 3],
        Float32Array.from({ length: 12 }, (_, at) => at / 12),
      ),
      array('>i2', '(1, 2, 2)', Int16Array.of(1 << 8, 2 << 8, 3 << 8, 4 << 8)),
      ...numpyArrays.saved.map(({ npy }) => fromBase64(npy)),
    ]
    await fc.assert(
      fc.asyncProperty(damaged(...good), async (bytes) => {
        const source = await valueOrRefusal(load(bytes), 'images.npy')
        if (source !== null) expect(source.images.length).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 400 },
    )
  })
})
