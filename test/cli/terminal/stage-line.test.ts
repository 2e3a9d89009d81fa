import { describe, expect, it, vi } from 'vitest'
import { stageLine } from '../../../src/cli/terminal/stage-line.ts'

describe('stages', () => {
  it('tells what is being done on a line that is gone at the end', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const written: string[] = []
    const { show: tell, end } = stageLine({ isTTY: true, columns: 80, write: (text) => written.push(text) })
    tell('drawing samples', 0, 10_000)
    tell('drawing samples', 1000, 10_000)
    vi.advanceTimersByTime(300)
    tell('drawing samples', 2000, 10_000)
    tell('bins', 0, 0)
    end()
    end()
    vi.useRealTimers()
    const line = (text: string) => `\r\x1b[2K${text}\r`
    expect(written).toEqual(['drawing samples: 0 of 10,000', 'drawing samples: 2,000 of 10,000', 'bins', ''].map(line))
  })

  it('says nothing where no terminal is', () => {
    const write = vi.fn<() => void>()
    const { show: tell, end } = stageLine({ write })
    tell('bins', 0, 0)
    end()
    expect(write).not.toHaveBeenCalled()
  })
})
