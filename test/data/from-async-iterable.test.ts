import { describe, expect, it } from 'vitest'
import { datasets, numberField, wordsField } from '../../src/library.ts'
import { expectRefusal } from './refusal.ts'

const { fromArrays, fromAsyncIterable } = datasets
const shape = [1, 2, 1] as const

async function* slowly<Item>(...items: Item[]) {
  for (const item of items) {
    await new Promise((resolve) => setTimeout(resolve))
    yield item
  }
}

describe('fromAsyncIterable', () => {
  it('gathers examples as they come', async () => {
    const examples = slowly({ image: Uint8Array.of(1, 2), class: 1 }, { image: Uint8Array.of(3, 4), class: 0 })
    const source = await fromAsyncIterable(examples, { name: 'mine', shape, classes: ['a', 'b'] })
    expect(source).toMatchObject({ kind: 'images', name: 'mine', count: 2, shape, classes: ['a', 'b'] })
    const whole = fromArrays({ images: Uint8Array.of(1, 2, 3, 4), shape, labels: [1, 0] })
    expect(source.fingerprint()).toBe(whole.fingerprint())
  })

  it('takes an array too, and the same array again', async () => {
    const image = new Uint8Array(2)
    function* drawn() {
      for (const value of [5, 6]) yield { image: image.fill(value) }
    }
    expect((await fromAsyncIterable(drawn(), { shape })).images).toEqual(Uint8Array.of(5, 5, 6, 6))
    expect((await fromAsyncIterable([{ image }], { shape })).images).toEqual(Uint8Array.of(6, 6))
  })

  it('makes bytes of floats of a stated range', async () => {
    const source = await fromAsyncIterable(slowly({ image: Float32Array.of(-1, 1) }), { shape, range: 'signed' })
    expect(source.images).toEqual(Uint8Array.of(0, 255))
  })

  it('gathers further fields: bytes, floats and whole numbers', async () => {
    const fields = { row: numberField([2]), words: wordsField(2, 9), weight: numberField([]) }
    const image = Uint8Array.of(1, 2)
    const source = await fromAsyncIterable(
      slowly(
        { image, row: [0.5, 1], words: [7, 8], weight: 0.25 },
        { image, row: Float32Array.of(2, 3), words: Uint8Array.of(1, 2), weight: 4 },
      ),
      { shape, fields },
    )
    expect(source.beside).toEqual({
      row: { field: fields.row, values: Float32Array.of(0.5, 1, 2, 3) },
      words: { field: fields.words, values: Int32Array.of(7, 8, 1, 2) },
      weight: { field: fields.weight, values: Float32Array.of(0.25, 4) },
    })
  })

  it('does not compile, and is refused in one sentence, where examples do not fit', async () => {
    const image = Uint8Array.of(1, 2)
    const fields = { row: numberField([2]) }
    // @ts-expect-error Each example has all fields.
    await expectRefusal(fromAsyncIterable([{ image }], { shape, fields }), 'Example 0 of data has no row; give each')
    // @ts-expect-error Each example has an image.
    await expectRefusal(fromAsyncIterable([{ class: 3 }], { shape }), 'Example 0 of data has no image')
    const floats = [{ image: Float32Array.of(0, 1) }]
    // @ts-expect-error Floats have a range.
    await expectRefusal(fromAsyncIterable(floats, { shape }), 'Example 0 of data has pixels as floats; say by range')
    // @ts-expect-error Bytes have none.
    await expectRefusal(fromAsyncIterable([{ image }], { shape, range: 'unit' }), 'leave range out')
    const uneven = [{ image }, { image: Uint8Array.of(1) }]
    await expectRefusal(
      fromAsyncIterable(uneven, { shape }),
      'Example 1 of data has 1 numbers in its image, which takes 2.',
    )
    const half = [{ image, class: 1 }, { image }]
    await expectRefusal(fromAsyncIterable(half, { shape }), 'Only some examples of data have a class')
    await expectRefusal(
      fromAsyncIterable([{ image, row: [1] }], { shape, fields }),
      'has 1 numbers in its row, which takes 2',
    )
    const parts = { shape, fields: { word: wordsField(1, 9) } }
    await expectRefusal(fromAsyncIterable([{ image, word: 1.5 }], parts), 'has numbers in its word that are not whole')
    await expectRefusal(fromAsyncIterable([], { shape }), 'data holds no images; at least one is needed.')
    const mixed = [
      { image, row: Uint8Array.of(1, 2) },
      { image, row: [1, 2] },
    ]
    await expectRefusal(fromAsyncIterable(mixed, { shape, fields }), 'The field row is bytes in some examples')
  })

  it('ends with what the examples end with', async () => {
    async function* broken() {
      yield { image: Uint8Array.of(1, 2) }
      throw new Error('the network is gone')
    }
    await expect(fromAsyncIterable(broken(), { shape })).rejects.toThrow('the network is gone')
  })
})
