import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runView } from '../../../src/cli/terminal/run-view.ts'
import { gameReports } from '../../../src/gan/players/report.ts'
import type { Progress } from '../../../src/training/run-progress.ts'
import { seenPictures } from './seen-pictures.ts'
import { terminal } from './screen.ts'

const progress: Progress = {
  step: 0,
  steps: 1000,
  share: 0,
  epoch: 1,
  imagesPerSecond: 5000,
  scalars: { discriminatorLoss: 0.65, generatorLoss: 0.81, realScore: 0.73, fakeScore: 0.31 },
  reports: gameReports([]),
  secondsLeft: 60,
}
const at = (step: number): Progress => ({ ...progress, step, share: step / 1000 })

/** 64 images of 28 x 28, as bright as they are told to be. */
const drawing = (brightness: number) => async () => ({
  images: new Uint8Array(64 * 28 * 28).fill(brightness),
  shape: [28, 28, 1] as const,
})

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the view of a terminal', () => {
  const lookedAt = { live: true, colorBits: 24, pictures: 'blocks' } as const

  it('draws the line again after a fifth of a second, and the picture after one and a half', async () => {
    const screen = terminal(80, 24)
    const view = runView(screen, lookedAt)
    const seen: [string | undefined, string | undefined][] = []
    for (const [step, brightness, wait] of [
      [1, 10, 100],
      [2, 20, 100],
      [3, 30, 1300],
      [4, 40, 0],
    ]) {
      await view.show(at(step), drawing(brightness))
      seen.push([
        screen
          .text()
          .join('\n')
          .match(/step +(\d+)/)?.[1],
        screen.cells()[0][0].background,
      ])
      vi.advanceTimersByTime(wait)
    }
    expect(seen).toEqual([
      ['1', '10,10,10'],
      ['1', '10,10,10'],
      ['3', '10,10,10'],
      ['4', '40,40,40'],
    ])
    view.end()
  })

  it('shows the last step and its samples whenever it comes', async () => {
    const screen = terminal(80, 24)
    const view = runView(screen, lookedAt)
    await view.show(at(1), drawing(10))
    await view.show(at(1000), drawing(90))
    view.end()
    expect(screen.text().join('\n')).toContain('100%  step 1000/1000')
    expect(screen.cells()[0][0].background).toBe('90,90,90')
  })

  it('wipes away the mark of a Ctrl-C, and gives the cursor back', async () => {
    const screen = terminal(80, 24)
    const view = runView(screen, lookedAt)
    await view.show(at(1), drawing(10))
    screen.write('^C')
    view.end()
    screen.write('bye')
    expect(screen.text().join('\n')).not.toContain('^C')
    expect(screen.text().at(-1)).toBe('bye')
    expect(screen.cursorVisible()).toBe(true)
  })

  it.each([
    [200, 50, { across: 10, lines: 15 }],
    [80, 24, { across: 5, lines: 15 }],
    [80, 16, { across: 5, lines: 7 }],
    [40, 24, { across: 2, lines: 15 }],
    [80, 9, { across: 0, lines: 0 }],
    [12, 24, { across: 0, lines: 0 }],
  ])('fits as many samples as there is room for on %i x %i', async (columns, rows, { across, lines }) => {
    const screen = terminal(columns, rows)
    const view = runView(screen, lookedAt)
    await view.show(at(1), drawing(200))
    const picture = screen
      .cells()
      .filter((line) => line.some((cell) => /200,200,200/.test(cell.foreground + cell.background)))
    expect(picture).toHaveLength(lines)
    // 14 characters each, and one between neighbours.
    if (lines > 0) expect(picture[0]).toHaveLength(across * 15 - 1)
    expect(screen.text().length).toBeLessThanOrEqual(rows)
    view.end()
  })

  it('does without color where it is told to', async () => {
    const screen = terminal(80, 24)
    const view = runView(screen, { live: true, colorBits: 1, pictures: 'blocks' })
    await view.show(at(1), drawing(255))
    view.end()
    expect(screen.text()[0]).toMatch(/^@{14} @{14} /)
    expect(
      screen
        .cells()
        .flat()
        .every(({ foreground, background }) => foreground + background === ''),
    ).toBe(true)
  })
})

describe('the view of a terminal with pictures in pixels', () => {
  describe.each(['kitty', 'iterm'] as const)('of %s', (pictures) => {
    const lookedAt = { live: true, colorBits: 24, pictures } as const

    it.each([
      [200, 50, { columns: 142, rows: 18 }],
      [80, 24, { columns: 71, rows: 18 }],
      [80, 16, { columns: 71, rows: 9 }],
      [40, 24, { columns: 35, rows: 18 }],
      [80, 9, { columns: 71, rows: 4 }],
      [80, 8, null],
      [8, 24, null],
    ])('fits as many samples as there is room for on %i x %i', async (columns, rows, size) => {
      const screen = terminal(columns, rows)
      screen.write('$\n')
      const view = runView(screen, lookedAt)
      await view.show(at(1), drawing(200))
      expect(seenPictures(screen)).toEqual(size === null ? [] : [{ line: 1, ...size }])
      expect(screen.text().length).toBeLessThanOrEqual(rows)
      expect(screen.text().findIndex((line) => line.includes('%'))).toBe(1 + (size?.rows ?? 0))
      view.end()
    })

    it('sends a picture for every drawing and for every size of the terminal, and lines in between', async () => {
      const screen = terminal(80, 24)
      const view = runView(screen, lookedAt)
      const received: number[] = []
      const show = async (step: number, wait: number) => {
        vi.advanceTimersByTime(wait)
        await view.show(at(step), drawing(step))
        received.push(screen.imagesReceived())
        expect(screen.text().join(' ')).toContain(`step    ${step}/1000`)
      }
      await show(1, 0)
      await show(2, 250)
      await show(3, 250)
      await show(4, 1500)
      screen.resize(50, 24)
      await show(5, 250)
      await show(6, 250)
      expect(received).toEqual([1, 1, 1, 2, 3, 3])
      expect(seenPictures(screen)).toEqual([{ line: 0, columns: 44, rows: 18 }])
      view.say('something')
      view.end()
      screen.write('Done.\n')
      view.end()
      screen.write('$')
      expect(seenPictures(screen)).toEqual([{ line: 1, columns: 44, rows: 18 }])
      expect(screen.text().slice(-2)).toEqual(['Done.', '$'])
      expect([screen.answers(), screen.imagesKept() <= 1, screen.mostImagesKept() <= 2]).toEqual([[], true, true])
    })
  })

  it('keeps the last picture of a run when another begins', async () => {
    const screen = terminal(80, 24)
    for (const step of [1, 2]) {
      const view = runView(screen, { live: true, colorBits: 24, pictures: 'kitty' })
      await view.show(at(step), drawing(step))
      view.end()
    }
    expect(screen.images()).toHaveLength(2)
    expect(seenPictures(screen)[0].line).toBeLessThan(seenPictures(screen)[1].line)
  })

  it('draws none where none are wanted', async () => {
    const screen = terminal(80, 24)
    const view = runView(screen, { live: true, colorBits: 24, pictures: 'none' })
    await view.show(at(1000), async () => expect.fail('nobody sees it'))
    view.end()
    expect(screen.text()[0]).toContain('100%')
  })
})

describe('the view of a file or pipe', () => {
  it('writes a line now and then, the last one at the end, and asks for no pictures', async () => {
    const written: string[] = []
    const view = runView({ write: (text) => written.push(text) }, { live: false, colorBits: 1, pictures: 'none' })
    const draw = async () => expect.fail('nobody sees it')
    for (const step of [1, 2, 3, 4, 5, 6]) {
      await view.show(at(step), draw)
      vi.advanceTimersByTime(2000)
    }
    view.end()
    expect(written.map((line) => line.match(/step +(\d+)\/1000/)?.[1])).toEqual(['1', '4', '6'])
    expect(written.every((line) => /^[ -~]+\n$/.test(line))).toBe(true)
  })
})
