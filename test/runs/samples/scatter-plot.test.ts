import { describe, expect, it } from 'vitest'
import { drawScatter, scatterImage } from '../../../src/runs/samples/scatter-plot.ts'

/** The corners and the center of a square from -1 to 1. */
const real = { points: Float32Array.of(-1, -1, 1, -1, -1, 1, 1, 1, 0, 0) }
const side = 116

/** Where the picture is darkest, or most colored, as a share of its side, near a place. */
function inkAt(fakes: Float32Array | null, x: number, y: number, tone: 'orange' | 'pale'): number {
  const { pixels } = drawScatter(real, fakes, side)
  let most = 0
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      if (Math.hypot(column - x * side, row - y * side) > 3) continue
      const [red, , blue] = pixels.subarray(3 * (row * side + column), 3 * (row * side + column) + 3)
      most = Math.max(most, tone === 'orange' ? red - blue : blue - red)
    }
  }
  return most
}

describe('drawScatter', () => {
  it('shows all real points, with some air, on paper', () => {
    const picture = drawScatter(real, null, side)
    expect(picture).toMatchObject({ width: side, height: side, channels: 3 })
    expect([...picture.pixels.subarray(0, 3)]).toEqual([251, 250, 247])
    const low = 0.08 / 1.16
    const places = [0.5, low, 1 - low]
    for (const x of places.slice(1))
      for (const y of places.slice(1)) expect(inkAt(null, x, y, 'pale')).toBeGreaterThan(0)
    expect(inkAt(null, 0.5, 0.5, 'pale')).toBeGreaterThan(0)
    expect(drawScatter({ points: real.points.subarray(0, 8) }, null, side).pixels).not.toEqual(
      drawScatter(real, null, side).pixels,
    )
  })

  it('shows generated points in color over them, the second coordinate going up', () => {
    const right = Float32Array.of(0.5, 0)
    expect(inkAt(right, 0.5 + 0.5 / 2.32, 0.5, 'orange')).toBeGreaterThan(30)
    const up = Float32Array.of(0, 0.5)
    expect(inkAt(up, 0.5, 0.5 - 0.5 / 2.32, 'orange')).toBeGreaterThan(30)
    expect(inkAt(up, 0.5, 0.5 + 0.5 / 2.32, 'orange')).toBeLessThan(10)
    expect(inkAt(Float32Array.of(0, 0), 0.5, 0.5, 'orange')).toBeGreaterThan(30)
  })

  it('shows the same part of the plane wherever generated points are', () => {
    const far = Float32Array.of(1e30, -1e30, Infinity, 0, NaN, NaN, -40, 3)
    expect(drawScatter(real, far, side)).toEqual(drawScatter(real, new Float32Array(), side))
  })

  it('draws a single point, and many more than a picture needs', () => {
    const single = drawScatter({ points: Float32Array.of(5, 5) }, null, 32)
    expect(new Set(single.pixels).size).toBeGreaterThan(3)
    const many = Float32Array.from({ length: 400_000 }, (_, at) => Math.sin(at))
    const begin = performance.now()
    drawScatter({ points: many }, many.subarray(0, 20_000), 512)
    expect(performance.now() - begin).toBeLessThan(3000)
  })

  it('is one dark image for a terminal', () => {
    const { images, shape } = scatterImage(real, null)
    expect(images).toHaveLength(shape[0] * shape[1] * shape[2])
    expect(Math.max(...images.subarray(0, 3))).toBeLessThan(30)
  })
})
