import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleDrawer } from '../../../src/cli/terminal/sample-picture.ts'
import type { GridImages } from '../../../src/runs/samples/image-grid.ts'
import { terminal } from './screen.ts'

const blank = (height: number, width: number, channels: number): GridImages => ({
  images: new Uint8Array(64 * height * width * channels),
  shape: [height, width, channels],
})

const drawer = (pictures: 'kitty' | 'iterm' | 'blocks') => sampleDrawer({ live: true, colorBits: 24, pictures })

describe('samples in a terminal', () => {
  it.each(['kitty', 'iterm', 'blocks'] as const)('never need more than the room there is: %s', async (pictures) => {
    const side = fc.integer({ min: 1, max: 150 })
    const room = fc.record({ columns: fc.integer({ min: 1, max: 250 }), rows: fc.integer({ min: -3, max: 80 }) })
    await fc.assert(
      fc.asyncProperty(side, side, fc.constantFrom(1, 3), room, async (height, width, channels, { columns, rows }) => {
        const { text, overlay } = await drawer(pictures)(blank(height, width, channels), { columns, rows })
        const lines = text.split('\n').slice(0, -1)
        expect(lines.length).toBeLessThanOrEqual(Math.max(0, rows))
        if (pictures === 'blocks') {
          const screen = terminal(columns, 100)
          screen.write(text)
          expect(screen.text()).toHaveLength(lines.length + 1)
        } else {
          expect(lines.every((line) => line === '')).toBe(true)
          expect(overlay?.rows ?? 0).toBe(lines.length)
          expect(overlay?.columns ?? 0).toBeLessThanOrEqual(columns)
        }
      }),
      { numRuns: 25 },
    )
  })

  it.each([
    ['small images at eight columns each', 28, { columns: 71, rows: 18 }],
    ['images of 64 pixels at their own size', 64, { columns: 71, rows: 18 }],
    ['fewer, the larger they are', 128, { columns: 67, rows: 17 }],
    ['the largest no larger than 32 columns', 500, { columns: 65, rows: 16 }],
  ])('are in pixels %s', async (_what, side, size) => {
    const { overlay } = await drawer('kitty')(blank(side, side, 1), { columns: 80, rows: 20 })
    expect(overlay).toMatchObject(size)
  })

  it('are drawn anew for other images or another room, and not otherwise', async () => {
    const draw = drawer('kitty')
    const [images, room] = [blank(28, 28, 1), { columns: 80, rows: 20 }]
    const first = await draw(images, room)
    expect(await draw(images, { ...room })).toBe(first)
    const narrower = await draw(images, { ...room, columns: 60 })
    expect(narrower.overlay?.columns).toBeLessThanOrEqual(60)
    const other = await draw({ ...images }, { ...room, columns: 60 })
    expect(other).not.toBe(narrower)
    // While one is shown, the next has to have another name.
    expect(other.overlay?.remove).not.toBe(narrower.overlay?.remove)
    expect(other.overlay?.remove).toBe(first.overlay?.remove)
  })
})
