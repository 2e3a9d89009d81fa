import { describe, expect, it } from 'vitest'
import { table, wrapped } from '../../../src/cli/terminal/text-table.ts'

describe('table', () => {
  const rows = [
    ['name', 'what it is', 'size'],
    ['a', 'one two three four five six seven\nand more besides, as it is', '7'],
    ['longer', '', '12345'],
  ]

  it('wraps the flexible column and aligns the others', () => {
    const aside = (text: string) => `(${text})`
    expect(table(rows, { width: 42, flexible: 1, right: [2], aside })).toEqual([
      'name    what it is                    size',
      'a       one two three four five six      7',
      '        seven',
      '        (and more besides, as it is)',
      'longer                               12345',
    ])
  })

  it('is as narrow as what it holds', () => {
    expect(table(rows.slice(2), { width: 100, flexible: 1 })).toEqual(['longer    12345'])
  })
})

describe('wrapped', () => {
  it('breaks between words, and no word', () => {
    expect(wrapped('one two incomprehensibilities x', 8)).toEqual(['one two', 'incomprehensibilities', 'x'])
    expect(wrapped('', 8)).toEqual([''])
  })
})
