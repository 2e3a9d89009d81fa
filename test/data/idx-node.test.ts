import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadIdx, readIdxFile } from '../../src/data/idx-node.ts'
import { damaged } from './damage.ts'
import { idxBytes } from './idx-bytes.ts'
import { expectRefusal, valueOrRefusal } from './refusal.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forger-idx-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

const images = idxBytes([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
const labels = idxBytes([3], [0, 2, 1])

describe('loadIdx', () => {
  it('joins images and labels', async () => {
    const source = await loadIdx({
      name: 'three',
      images: await file('images', images),
      labels: await file('labels', labels),
      classes: null,
    })
    expect(source).toMatchObject({ name: 'three', count: 3, shape: [2, 2, 1], classes: null })
    expect([...source.images]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect([...(source.labels ?? [])]).toEqual([0, 2, 1])
  })

  it('refuses labels of other images', async () => {
    const places = { name: 'three', images: await file('images', images), classes: null }
    await expectRefusal(
      loadIdx({ ...places, labels: await file('two-labels', idxBytes([2], [0, 1])) }),
      '3 images but 2 labels',
    )
    await expectRefusal(loadIdx({ ...places, labels: places.images }), 'labels are one number per image')
  })
})

describe('readIdxFile', () => {
  it('knows gzip by its content, not by its name', async () => {
    expect(await readIdxFile(await file('packed-without-ending', gzipSync(images)))).toEqual({
      shape: [3, 2, 2],
      values: Buffer.from(images.subarray(16)),
    })
    expect((await readIdxFile(await file('plain.gz', labels))).shape).toEqual([3])
  })

  it('says which file is missing or no file', async () => {
    await expectRefusal(readIdxFile(join(folder, 'absent')), join(folder, 'absent'), 'no such file')
    await expectRefusal(readIdxFile(folder), folder, 'not a file')
  })

  it('refuses a gzip file that is cut short, damaged or not IDX inside', async () => {
    const packed = gzipSync(images)
    await expectRefusal(readIdxFile(await file('cut.gz', packed.subarray(0, packed.length - 6))), 'cut.gz')
    await expectRefusal(readIdxFile(await file('text.gz', gzipSync('hello, world'))), 'text.gz', 'not an IDX file')
    await expectRefusal(readIdxFile(await file('head.gz', packed.subarray(0, 12))), 'head.gz')
  })

  it('unpacks no more than the header asks for', async () => {
    const bomb = gzipSync(Buffer.concat([idxBytes([10, 10], []), Buffer.alloc(50e6)]))
    const path = await file('bomb.gz', bomb)
    await expectRefusal(readIdxFile(path), 'bomb.gz', 'more bytes than its header asks for')
  })

  it('does not believe a header that asks for more than the file can hold', async () => {
    const path = await file('lie.gz', gzipSync(idxBytes([2 ** 31, 2 ** 31, 2 ** 31], [])))
    await expectRefusal(readIdxFile(path), 'lie.gz', 'cannot hold')
  })

  it('gives an array or a UserError, whatever happened to a file, plain or packed', async () => {
    const isPacked = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b
    await fc.assert(
      fc.asyncProperty(damaged(images, labels, gzipSync(images), gzipSync(labels)), async (bytes) => {
        const array = await valueOrRefusal(readIdxFile(await file('damaged.gz', bytes)), 'damaged.gz')
        if (array === null) return
        expect(array.values.length).toBe(array.shape.reduce((product, size) => product * size, 1))
        // Checksums let no change of what is packed through.
        if (isPacked(bytes)) expect([[3, 2, 2], [3]]).toContainEqual(array.shape)
      }),
      { numRuns: 300 },
    )
  })
})
