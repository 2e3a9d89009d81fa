import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePython } from '../../src/data/python-literal.ts'
import type { PythonValue } from '../../src/data/python-literal.ts'

/** A value, and one of the ways in which Python could write it. */
interface Written {
  readonly text: string
  readonly value: PythonValue
}

const blank = fc.constantFrom('', ' ', '\n', ' \t ')
const ofLetters = (letters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters.split('')), maxLength })
const letters = ofLetters('aZ_0 ,:()[]{}<|=é"', 6)

const written = fc.letrec<{ value: Written; items: Written[] }>((tie) => ({
  items: fc.array(tie('value'), { maxLength: 4 }),
  value: fc
    .tuple(
      blank,
      fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<Written>(
          { text: 'True', value: true },
          { text: 'False', value: false },
          { text: 'None', value: null },
        ),
        fc.maxSafeInteger().map((value): Written => ({ text: String(value), value })),
        letters.map((value): Written => ({ text: `'${value}'`, value })),
        letters.map((value) => value.replaceAll('"', "'")).map((value): Written => ({ text: `"${value}"`, value })),
        fc.tuple(tie('items'), fc.boolean()).map(([items, comma]): Written => {
          const text = items.map((item) => item.text).join(',')
          return { text: `[${text}${comma && items.length > 0 ? ',' : ''}]`, value: items.map(({ value }) => value) }
        }),
        tie('items').map((items): Written => ({
          text: `(${items.map(({ text }) => `${text},`).join('')})`,
          value: items.map(({ value }) => value),
        })),
        fc.array(fc.tuple(letters, tie('value')), { maxLength: 3 }).map((pairs): Written => ({
          text: `{${pairs.map(([key, { text }]) => `'${key}' : ${text}`).join(',')}}`,
          value: new Map(pairs.map(([key, { value }]) => [key, value])),
        })),
      ),
      blank,
    )
    .map(([before, { text, value }, after]) => ({ text: before + text + after, value })),
})).value

describe('parsePython', () => {
  it('reads what Python could have written', () => {
    fc.assert(
      fc.property(written, ({ text, value }) => {
        expect(parsePython(text)).toEqual(value)
      }),
    )
  })

  it('takes brackets around a number for what they are in Python', () => {
    expect(parsePython('(3)')).toBe(3)
    expect(parsePython('(3,)')).toEqual([3])
    expect(parsePython('()')).toEqual([])
  })

  it.each([
    '',
    ' ',
    '1 2',
    '(1',
    '1)',
    '(,)',
    '[1,,2]',
    "{'a'}",
    "{'a': }",
    "'a",
    "'a\\'",
    "'a\nb'",
    '1.5',
    '0x10',
    'nan',
    '1+1',
  ])('refuses %j', (text) => expect(() => parsePython(text)).toThrow(SyntaxError))

  it('gives a value or a SyntaxError, whatever the text', () => {
    const text = fc.oneof(fc.string(), ofLetters('()[]{},:\'"1aLTrue ', 40))
    fc.assert(
      fc.property(text, (anything) => {
        try {
          expect(parsePython(anything)).toBeDefined()
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
