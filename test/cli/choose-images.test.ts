import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { background, chooseImages, layOut, readChosen } from '../../src/cli/choose-images.ts'
import { createStored } from '../../src/data/source.ts'
import { UserError } from '../../src/tensor/errors.ts'

/** Images of two pixels: a number that is theirs alone, and their class. */
function sourceOf(labels: readonly number[] | null, count = labels?.length ?? 0) {
  const images = Uint8Array.from({ length: 2 * count }, (_, at) =>
    at % 2 === 0 ? at / 2 : (labels?.[(at - 1) / 2] ?? 0),
  )
  return { images, shape: [1, 2, 1] as const, labels: labels === null ? null : Uint8Array.from(labels) }
}

const isBlank = (image: readonly number[]) => image.every((value) => value === background)

function chosen(labels: readonly number[] | null, count: number, seed: number, total?: number) {
  const { images, ...rest } = chooseImages(sourceOf(labels, total), count, seed)
  const all = Array.from({ length: images.length / 2 }, (_, index) => [...images.subarray(2 * index, 2 * index + 2)])
  return { ...rest, places: all, drawn: all.filter((image) => !isBlank(image)) }
}

// No number and no class here is that of the background twice.
const someLabels = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 200 })
const someSeed = fc.maxSafeInteger().map(Math.abs)

describe('chooseImages', () => {
  it('draws different images, as many as there are and no more than were asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 300 }),
        someSeed,
        (total, count, seed) => {
          const { drawn, count: told, columns } = chosen(null, count, seed, total)
          expect(new Set(drawn.map(([number]) => number)).size).toBe(Math.min(total, count))
          expect({ told, columns }).toEqual({ told: drawn.length, columns: null })
        },
      ),
    )
  })

  it('draws the same for the same seed, and others for another', () => {
    expect(chosen(null, 20, 2 ** 40 + 1, 200)).toEqual(chosen(null, 20, 2 ** 40 + 1, 200))
    const seeds = [0, 1, 2 ** 32, 2 ** 40 + 1].map((seed) => chosen(null, 20, seed, 200).places.join(';'))
    expect(new Set(seeds).size).toBe(4)
  })

  it('draws every image as often as any other', () => {
    const counts = Array<number>(10).fill(0)
    for (let seed = 0; seed < 2000; seed++) for (const [number] of chosen(null, 3, seed, 10).places) counts[number]++
    // 600 each; the standard deviation is 20.5.
    expect(Math.min(...counts)).toBeGreaterThan(500)
    expect(Math.max(...counts)).toBeLessThan(700)
  })

  it('shows labelled images truly: all different, with their own class', () => {
    fc.assert(
      fc.property(someLabels, fc.integer({ min: 1, max: 300 }), someSeed, (labels, count, seed) => {
        const { drawn, count: told, places } = chosen(labels, count, seed)
        for (const [number, label] of drawn) expect(label).toBe(labels[number])
        expect(new Set(drawn.map(([number]) => number)).size).toBe(drawn.length)
        expect(told).toBe(drawn.length)
        expect(places.length).toBeLessThanOrEqual(count)
      }),
    )
  })

  it('gives every class columns of its own where there are few, with blanks where it has no more', () => {
    fc.assert(
      fc.property(someLabels, fc.integer({ min: 1, max: 300 }), someSeed, (labels, count, seed) => {
        const classes = [...new Set(labels)].toSorted((a, b) => a - b)
        const { places, columns } = chosen(labels, count, seed)
        const isTable = classes.length > 1 && classes.length <= 20 && classes.length <= count
        expect(columns !== null).toBe(isTable)
        if (columns === null) return
        expect(columns % classes.length).toBe(0)
        expect(places.length % columns).toBe(0)
        for (const [index, image] of places.entries()) {
          const label = classes[Math.floor((index % columns) / (columns / classes.length))]
          if (!isBlank(image)) expect(image[1]).toBe(label)
        }
        for (const label of classes) {
          const room = (places.length / classes.length) | 0
          const shown = places.filter((image) => !isBlank(image) && image[1] === label).length
          expect(shown).toBe(Math.min(room, labels.filter((other) => other === label).length))
        }
      }),
    )
  })

  it.each([
    [10, 64, 10, 60],
    [2, 64, 8, 64],
    [3, 64, 9, 63],
    [20, 64, 20, 60],
    [2, 2, 2, 2],
  ])('lays %i classes of %i images out in %i columns', (classes, count, columns, shown) => {
    const labels = Array.from({ length: 200 }, (_, index) => 1 + (index % classes))
    expect(chosen(labels, count, 0)).toMatchObject({ columns, count: shown })
  })

  it('shows one of each class in turn where there are many', () => {
    const labels = Array.from({ length: 200 }, (_, index) => 1 + (index % 50))
    const { places, columns } = chosen(labels, 64, 3)
    expect(columns).toBeNull()
    expect(places.map(([, label]) => label)).toEqual(Array.from({ length: 64 }, (_, index) => 1 + (index % 50)))
  })
})

describe('layOut', () => {
  const blank = (count: number, side: number) => ({
    images: new Uint8Array(count * side * side),
    shape: [side, side, 1] as const,
    count,
    columns: null,
  })

  it('enlarges small images alone', () => {
    expect(layOut(blank(4, 28))).toMatchObject({ width: 2 * 56 + 4, height: 2 * 56 + 4 })
    expect(layOut(blank(4, 200))).toMatchObject({ width: 2 * 200 + 4, height: 2 * 200 + 4 })
    const wide = { images: new Uint8Array(100), shape: [1, 100, 1] as const, count: 1, columns: null }
    expect(layOut(wide)).toMatchObject({ width: 100, height: 1 })
  })

  it('refuses a picture that would take all memory, and says how many images it holds', () => {
    expect(() => layOut(blank(75, 2000))).toThrow(UserError)
    expect(() => layOut(blank(75, 2000))).toThrow('at most 66 images of 2000 x 2000')
  })
})

describe('more classes than images', () => {
  it('are shown from all along', () => {
    const labels = Array.from({ length: 200 }, (_, index) => index % 100)
    const { drawn } = chosen(labels, 10, 0)
    expect(drawn.map(([, label]) => label)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
  })
})

describe('readChosen', () => {
  it('chooses of stored images what would be chosen if they were held', async () => {
    await fc.assert(
      fc.asyncProperty(someLabels, fc.integer({ min: 1, max: 300 }), someSeed, async (labels, count, seed) => {
        const { images, ...held } = sourceOf(labels)
        const stored = createStored({
          name: 'stored',
          ...held,
          classes: null,
          count: labels.length,
          contents: '',
          store: {
            mostHeld: 1,
            async read(rows) {
              const asked = Array.from(rows)
              expect(asked).toEqual(asked.toSorted((a, b) => a - b))
              return Uint8Array.from(asked.flatMap((row) => [...images.subarray(2 * row, 2 * row + 2)]))
            },
          },
        })
        expect(await readChosen(stored, count, seed)).toEqual(chooseImages({ images, ...held }, count, seed))
      }),
    )
  })
})
