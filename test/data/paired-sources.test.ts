import { describe, expect, it } from 'vitest'
import { holdOut } from '../../src/data/hold-out.ts'
import { pairSources } from '../../src/data/paired-sources.ts'
import type { Pairing } from '../../src/data/paired-sources.ts'
import { createSource } from '../../src/data/source.ts'
import type { Source } from '../../src/data/source.ts'
import { drawToy } from '../../src/data/toys.ts'
import { imageField, numberField } from '../../src/tensor/fields.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { imagesFrom, stored } from './stored-images.ts'

const rowsOf = (count: number) => Array.from({ length: count }, (_, row) => row)

/** The first pixels of each example's source and of its image. */
async function pairsOf(source: Source): Promise<(readonly [source: number, image: number])[]> {
  if (source.kind === 'points') throw new Error('points are no pairs')
  const rows = rowsOf(source.count)
  const images = source.kind === 'images' ? source.images : await source.store.read(rows)
  const values = source.beside?.source.values ?? []
  const sources = typeof values === 'function' ? await values(rows) : values
  return rows.map((row) => [sources[2 * row], images[2 * row]])
}

const sketches = (count: number) => imagesFrom('sketches', count)
const photos = (count: number) => imagesFrom('photos', count, 100)

describe('paired sources', () => {
  it('have the image of the first at the same place beside each of the second', async () => {
    const pairs = pairSources(sketches(3), photos(3), 'paired')
    expect(pairs).toMatchObject({ kind: 'images', name: 'sketches with photos', count: 3, shape: [1, 2, 1] })
    expect(pairs.beside?.source.field).toEqual(imageField([1, 2, 1], 'signed'))
    expect(await pairsOf(pairs)).toEqual([
      [0, 100],
      [2, 102],
      [4, 104],
    ])
  })

  it('may be of two sizes', () => {
    const small = createSource({ ...sketches(3), shape: [1, 1, 1], images: Uint8Array.of(1, 2, 3) })
    expect(pairSources(small, photos(3), 'paired').beside?.source.field.shape).toEqual([1, 1, 1])
  })

  it('keep labels, notes and further fields', () => {
    const from = createSource({ ...sketches(2), notes: ['One sketch is left out.'] })
    const beside = { row: { field: numberField([1]), values: Float32Array.of(1, 2) } }
    const to = createSource({ ...photos(2), labels: Uint8Array.of(0, 1), classes: ['cat', 'dog'], beside })
    const pairs = pairSources(from, to, 'paired')
    expect(pairs).toMatchObject({ labels: Uint8Array.of(0, 1), classes: ['cat', 'dog'], notes: from.notes, beside })
  })

  it.each<[what: string, from: Source, to: Source, sentence: string]>([
    ['counts differ', sketches(3), photos(2), 'sketches has 3 images and photos 2; pairs need as many of both.'],
    ['one is points', sketches(3), drawToy('ring', 'test'), 'are to be two sets of images, and points are none.'],
  ])('are refused where %s', (_, from, to, sentence) => {
    expect(() => pairSources(from, to, 'paired')).toThrow(UserError)
    expect(() => pairSources(from, to, 'paired')).toThrow(sentence)
  })

  it('stay together when some are held out', async () => {
    const pairs = pairSources(sketches(20), photos(20), 'paired')
    const { train, test } = holdOut(pairs, 5)
    const parts = [...(await pairsOf(train)), ...(await pairsOf(test))]
    expect(parts).toHaveLength(20)
    for (const [source, image] of parts) expect(image).toBe(source + 100)
  })
})

describe('unpaired sources', () => {
  it('use every image of the first before any comes again', async () => {
    const pairs = await pairsOf(pairSources(sketches(12), photos(30), 'unpaired'))
    const sources = pairs.map(([source]) => source)
    const turns = [sources.slice(0, 12), sources.slice(12, 24), sources.slice(24)]
    expect(turns.map((turn) => new Set(turn).size)).toEqual([12, 12, 6])
    expect(turns[0]).not.toEqual(turns[1])
  })

  it('are each image of the second once, with any of the first where there are more of these', async () => {
    const pairs = await pairsOf(pairSources(sketches(40), photos(10), 'unpaired'))
    expect(pairs.map(([, image]) => image)).toEqual(rowsOf(10).map((row) => 100 + 2 * row))
    expect(new Set(pairs.map(([source]) => source)).size).toBe(10)
  })

  it('meet in the same way every time', async () => {
    const meet = () => pairsOf(pairSources(sketches(30), photos(30), 'unpaired'))
    expect(await meet()).toEqual(await meet())
    expect(await meet()).not.toEqual(await pairsOf(pairSources(sketches(30), photos(30), 'paired')))
  })
})

describe('pairs of stored images', () => {
  const cases: [what: string, from: Source, to: Source, mostHeld: number][] = [
    ['the first is', stored(sketches(12), 5), photos(12), 5],
    ['the second is', sketches(12), stored(photos(12), 7), 7],
    // As much memory as each would have alone.
    ['both are', stored(sketches(12), 4), stored(photos(12), 4), 2],
  ]
  for (const pairing of ['paired', 'unpaired'] satisfies Pairing[]) {
    it.each(cases)(`are those of images in memory, ${pairing}, where %s`, async (_, from, to, mostHeld) => {
      const pairs = pairSources(from, to, pairing)
      if (pairs.kind !== 'stored') throw new Error('nothing is read')
      expect(pairs.store.mostHeld).toBe(mostHeld)
      expect(await pairsOf(pairs)).toEqual(await pairsOf(pairSources(sketches(12), photos(12), pairing)))
    })
  }

  it('read each image once where it is the source of several', async () => {
    const pairs = pairSources(stored(sketches(3), 3), photos(9), 'unpaired')
    const sources = (await pairsOf(pairs)).map(([source]) => source)
    expect(sources.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 2, 2, 2, 4, 4, 4])
  })

  it('stay together when some are held out', async () => {
    const { train, test } = holdOut(pairSources(stored(sketches(20), 6), stored(photos(20), 6), 'paired'), 5)
    const parts = [...(await pairsOf(train)), ...(await pairsOf(test))]
    expect(parts).toHaveLength(20)
    for (const [source, image] of parts) expect(image).toBe(source + 100)
  })
})

describe('the fingerprint of pairs', () => {
  it('depends on both sources and on how they meet', () => {
    const alone = photos(9).fingerprint()
    const all = [
      pairSources(sketches(9), photos(9), 'paired'),
      pairSources(sketches(9), photos(9), 'unpaired'),
      pairSources(imagesFrom('sketches', 9, 1), photos(9), 'paired'),
      pairSources(sketches(9), imagesFrom('photos', 9, 101), 'paired'),
      pairSources(stored(sketches(9), 3), photos(9), 'paired'),
      pairSources(stored(sketches(9), 3), photos(9), 'unpaired'),
      pairSources(stored(imagesFrom('sketches', 9, 1), 3), photos(9), 'paired'),
    ].map((source) => source.fingerprint())
    expect(new Set([alone, ...all]).size).toBe(all.length + 1)
  })

  it('is the same every time', () => {
    const fingerprint = () => pairSources(sketches(9), photos(9), 'unpaired').fingerprint()
    expect(fingerprint()).toBe(fingerprint())
  })
})
