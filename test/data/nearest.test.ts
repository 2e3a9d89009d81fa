import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { levenshtein, nearest } from '../../src/data/nearest.ts'

/** The definition, word for word. */
function byDefinition(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  if (a[0] === b[0]) return byDefinition(a.slice(1), b.slice(1))
  return 1 + Math.min(byDefinition(a.slice(1), b), byDefinition(a, b.slice(1)), byDefinition(a.slice(1), b.slice(1)))
}

describe('levenshtein', () => {
  it('is the distance of the definition', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
    fc.assert(fc.property(words, words, (a, b) => levenshtein(a, b) === byDefinition(a, b)))
  })
})

describe('nearest', () => {
  const names = ['mnist', 'fashion', 'idx']

  it.each([
    ['mnits', 'mnist'],
    ['MNIST', 'mnist'],
    ['fashon', 'fashion'],
    ['fash', 'fashion'],
    ['fashion-mnist', 'fashion'],
    ['id', 'idx'],
    ['celeba', null],
    ['', null],
  ])('takes "%s" for %s', (word, meant) => {
    expect(nearest(word, names)).toBe(meant)
  })
})
