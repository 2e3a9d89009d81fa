import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evenly } from '../../src/runs/samples/evenly-spaced.ts'
import { base64Of } from '../../src/files/base64.ts'
import { shellWord } from '../../src/report/sections/shell-commands.ts'
import { html, trusted } from '../../src/report/page/html.ts'
import { isOff, scaleFor } from '../../src/report/page/axis-scale.ts'
import { sha256 } from '../../src/files/sha256.ts'
import { medians, thin } from '../../src/report/page/thin-curve.ts'
import { axisText, clockText, durationWords, valueText } from '../../src/report/page/readable-text.ts'

describe('html', () => {
  it('escapes whatever is put in, and not what is markup already', () => {
    const name = `<script>"'&`
    expect(html`<p title="${name}">${[name, 1]}${trusted('<b>')}${html`<i>${name}</i>`}${null}</p>`.markup).toBe(
      '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;1<b><i>&lt;script&gt;&quot;&#39;&amp;</i></p>',
    )
  })
})

describe('thin', () => {
  const lines = fc.array(fc.record({ a: fc.integer(), b: fc.integer() }), { minLength: 1, maxLength: 300 })
  const measures = [({ a }: { a: number }) => a, ({ b }: { b: number }) => b]

  it('keeps the first line, the last line and every extreme, in their order', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 6, max: 60 }), (all, most) => {
        const kept = thin(all, measures, most)
        expect(kept.length).toBeLessThanOrEqual(most)
        expect([kept[0], kept.at(-1)]).toEqual([all[0], all.at(-1)])
        for (const measure of measures) {
          const [values, left] = [all.map(measure), kept.map(measure)]
          expect([Math.min(...left), Math.max(...left)]).toEqual([Math.min(...values), Math.max(...values)])
        }
        const places = kept.map((line) => all.indexOf(line))
        expect(places).toEqual(places.toSorted((a, b) => a - b))
      }),
    )
  })

  it('keeps all of a short log', () => {
    const short = [{ a: 1 }, { a: 2 }]
    expect(thin(short, [({ a }) => a], 2)).toEqual(short)
  })
})

describe('medians', () => {
  it('follow a curve without its peaks', () => {
    const line = Array.from({ length: 100 }, (_, index) => ({ step: index + 1, value: index % 10 === 3 ? 1e9 : index }))
    const course = medians(line, ({ value }) => value, 10)
    expect(course.map(({ step }) => step)).toEqual([6, 16, 26, 36, 46, 56, 66, 76, 86, 96])
    for (const { step, value } of course) expect(Math.abs(value - step)).toBeLessThan(4)
  })
})

describe('scaleFor', () => {
  it.each([
    ['values', [0.61, 0.7, 1.71], {}, [0.5, 1, 1.5, 2]],
    ['fixed ends', [0.6, 0.7], { low: 0, high: 1 }, [0, 0.25, 0.5, 0.75, 1]],
    ['a fixed low end', [1400, 2600], { low: 0 }, [0, 1000, 2000, 3000]],
    ['negative values', [-3, 5], {}, [-4, -2, 0, 2, 4, 6]],
  ])('has round ticks for %s', (_, values, fixed, ticks) => {
    expect(scaleFor(values, fixed).ticks).toEqual(ticks)
  })

  it('holds all values where none is far out, and has an extent even where all are one', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (start, extent) => {
          const values = Array.from({ length: 20 }, (_, index) => start + (extent * index) / 19)
          const scale = scaleFor(values)
          expect(scale.high).toBeGreaterThan(scale.low)
          expect(values.some((value) => isOff(scale, value))).toBe(false)
          expect(scale.ticks.length).toBeGreaterThan(1)
          expect(scale.ticks.length).toBeLessThan(12)
        },
      ),
    )
  })

  it('is not stretched by a lone value far away', () => {
    const scale = scaleFor([...Array.from({ length: 99 }, (_, index) => index / 99), 1e30])
    expect(scale.high).toBeLessThanOrEqual(3)
    expect(isOff(scale, 1e30)).toBe(true)
  })
})

describe('words', () => {
  it.each([
    [0.3, 'less than a second'],
    [1, '1 second'],
    [103.6, '1 minute 44 seconds'],
    [3600, '1 hour'],
    [7260, '2 hours 1 minute'],
    [3 * 86_400 + 4 * 3600 + 59, '3 days 4 hours'],
  ])('say %d seconds as "%s"', (seconds, words) => {
    expect(durationWords(seconds).replaceAll('\u00a0', ' ')).toBe(words)
  })

  it('write times and values short', () => {
    expect([0, 59.6, 103, 9999].map(clockText)).toEqual(['0:00', '1:00', '1:43', '2:46:39'])
    expect([0, 0.65231, -12.345, 2273.2, 1e30, 1e-7].map(valueText)).toEqual([
      '0',
      '0.652',
      '-12.3',
      '2,270',
      '1.00e+30',
      '1.00e-7',
    ])
    expect([0, 0.25, 2500, 12_500, 3e6, 1e30].map(axisText)).toEqual(['0', '0.25', '2,500', '12.5k', '3M', '1e+30'])
  })
})

describe('sha256 and base64Of', () => {
  it('are what Node makes of the same bytes', () => {
    const longest = { minLength: 0, maxLength: 200 }
    fc.assert(
      fc.property(fc.uint8Array(longest), (bytes) => {
        expect(Buffer.from(sha256(bytes))).toEqual(createHash('sha256').update(bytes).digest())
        expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      }),
    )
    const many = Uint8Array.from({ length: 100_001 }, (_, index) => (index * 89) % 256)
    expect(base64Of(many)).toBe(Buffer.from(many).toString('base64'))
    expect(Buffer.from(sha256(many))).toEqual(createHash('sha256').update(many).digest())
  })
})

describe('shellWord', () => {
  it('leaves plain words as they are', () => {
    expect(['mlp-1', 'idx:a/b.idx,c', '0.001'].map(shellWord)).toEqual(['mlp-1', 'idx:a/b.idx,c', '0.001'])
  })

  it.skipIf(process.platform === 'win32')('is one word to a shell, whatever it holds', () => {
    const words = ['a b', "it's", '$(rm -rf x)', '`x`', '"\\', '', 'a\nb', '<script>', '*', '~', '!!']
    const command = `for word in ${words.map(shellWord).join(' ')}; do printf '%s\\0' "$word"; done`
    expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words)
  })
})

describe('evenly', () => {
  it('chooses the first, the last, and between them at equal distances', () => {
    const all = Array.from({ length: 101 }, (_, index) => index)
    expect(evenly(all, 5)).toEqual([0, 25, 50, 75, 100])
    expect(evenly(all.slice(0, 4), 5)).toEqual([0, 1, 2, 3])
    expect(evenly([], 5)).toEqual([])
    expect(new Set(evenly(all.slice(0, 61), 60)).size).toBe(60)
  })
})
