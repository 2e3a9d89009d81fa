import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { preparingLine } from '../../../src/cli/terminal/preparing-line.ts'

afterEach(() => vi.useRealTimers())

/** What a stream is told while 1,000 images are prepared, one in a millisecond or slower. */
function told({ isTTY = true, columns = 80, milliseconds = 1 }): string[] {
  vi.useFakeTimers({ toFake: ['performance'] })
  const written: string[] = []
  const progress = preparingLine({ isTTY, columns, write: (text) => written.push(text) })
  for (let done = 0; done <= 1000; done++) {
    progress(done, 1000)
    vi.advanceTimersByTime(milliseconds)
  }
  return written
}

describe('preparing', () => {
  it('tells now and then how far it is, on a line that is gone at the end', () => {
    const written = told({})
    expect(written.slice(0, -1)).toEqual([250, 500, 750].map((done) => `\r\x1b[2Kpreparing ${done} of 1,000 images\r`))
    expect(written.at(-1)).toBe('\r\x1b[2K\r')
  })

  it('says nothing of what is quick, nor where no terminal is', () => {
    expect(told({ milliseconds: 0.1 })).toEqual([])
    expect(told({ isTTY: false })).toEqual([])
  })

  it('keeps to one line', () => {
    for (const line of told({ columns: 20 }))
      expect(stripVTControlCharacters(line).replaceAll('\r', '').length).toBeLessThan(20)
  })
})
