import { describe, expect, it } from 'vitest'
import type { PointSource } from '../../src/data/source.ts'
import { loadSource } from '../../src/data/sources.ts'
import { drawToy, isToy, toys } from '../../src/data/toys.ts'
import { UserError } from '../../src/tensor/errors.ts'

const names = Object.keys(toys).filter(isToy)
const at = ({ points }: PointSource, index: number) => [points[2 * index], points[2 * index + 1]] as const

describe('every toy', () => {
  it.each(names)('%s is 100,000 points in the plane, the same ones always, and 10,000 others to judge by', (name) => {
    const train = drawToy(name, 'train')
    expect(train).toMatchObject({ kind: 'points', name: `toy:${name} train`, count: 100_000, shape: [2] })
    expect(train.points).toHaveLength(200_000)
    expect(train.points.every((value) => Math.abs(value) < 5)).toBe(true)
    expect(drawToy(name, 'train').fingerprint()).toBe(train.fingerprint())
    const test = drawToy(name, 'test')
    expect(test.count).toBe(10_000)
    const known = new Set(Array.from({ length: train.count }, (_, index) => at(train, index).join()))
    const again = Array.from({ length: test.count }, (_, index) => at(test, index).join()).filter((point) =>
      known.has(point),
    )
    // Two numbers of 24 bits may be equal; many may not.
    expect(again.length).toBeLessThan(10)
  })

  it('has points of its own', () => {
    const fingerprints = names
      .flatMap((name) => [drawToy(name, 'train'), drawToy(name, 'test')])
      .map((toy) => toy.fingerprint())
    expect(new Set(fingerprints).size).toBe(2 * names.length)
  })
})

describe('the toys with modes', () => {
  it.each([
    ['ring', 8, 0.02],
    ['grid', 25, 0.05],
  ] as const)('%s is %d equal normal distributions of deviation %d about their centers', (name, count, deviation) => {
    const toy = drawToy(name, 'train')
    const { modes, labels } = toy
    if (modes === null || labels === null) throw new Error('it has no modes')
    expect(modes).toMatchObject({ deviation })
    expect(modes.centers).toHaveLength(count)
    const within = [0, 0, 0]
    const tally = Array<number>(count).fill(0)
    let [sumX, sumY, products] = [0, 0, 0]
    for (let index = 0; index < toy.count; index++) {
      const [centerX, centerY] = modes.centers[labels[index]]
      const [x, y] = at(toy, index)
      const [dx, dy] = [(x - centerX) / deviation, (y - centerY) / deviation]
      tally[labels[index]]++
      sumX += dx
      sumY += dy
      products += dx * dy
      for (const [place, radius] of [1, 2, 3].entries()) if (Math.hypot(dx, dy) <= radius) within[place]++
    }
    expect(new Set(tally)).toEqual(new Set([100_000 / count]))
    // Rayleigh's distribution: 1 - exp(-r^2 / 2). 100,000 points come as near as this.
    for (const [place, radius] of [1, 2, 3].entries()) {
      expect(within[place] / 100_000).toBeCloseTo(1 - Math.exp(-(radius ** 2) / 2), 2)
    }
    for (const sum of [sumX, sumY, products]) expect(Math.abs(sum / 100_000)).toBeLessThan(0.015)
  })

  it('stand on a circle of radius 2, and on a grid from -4 to 4', () => {
    const ring = drawToy('ring', 'test').modes?.centers ?? []
    for (const [x, y] of ring) expect(Math.hypot(x, y)).toBeCloseTo(2, 12)
    const gaps = ring.map(([x, y], index) => {
      const [nextX, nextY] = ring[(index + 1) % 8]
      return Math.hypot(nextX - x, nextY - y)
    })
    for (const gap of gaps) expect(gap).toBeCloseTo(4 * Math.sin(Math.PI / 8), 12)
    const grid = (drawToy('grid', 'test').modes?.centers ?? []).map(([x, y]) => `${x},${y}`)
    const expected = [-4, -2, 0, 2, 4].flatMap((x) => [-4, -2, 0, 2, 4].map((y) => `${x},${y}`))
    expect(new Set(grid)).toEqual(new Set(expected))
  })
})

describe('the toys without modes', () => {
  it('circles have radius 3 and 1.5', () => {
    const toy = drawToy('circles', 'train')
    for (const [circle, radius] of [3, 1.5].entries()) {
      const radii = Array.from({ length: toy.count }, (_, index) => index)
        .filter((index) => toy.labels?.[index] === circle)
        .map((index) => Math.hypot(...at(toy, index)))
      // The mean radius is a little larger than that of the circle: sigma^2 / 2 r.
      const mean = radii.reduce((sum, value) => sum + value, 0) / radii.length
      expect(Math.abs(mean - radius - 0.24 ** 2 / (2 * radius))).toBeLessThan(0.01)
    }
  })

  it('moons are those of scikit-learn, twice as large', () => {
    const toy = drawToy('moons', 'train')
    const means = [0, 1].map((moon) => {
      const mine = Array.from({ length: toy.count }, (_, index) => index).filter(
        (index) => toy.labels?.[index] === moon,
      )
      const sum = mine.map((index) => at(toy, index)).reduce(([a, b], [x, y]) => [a + x, b + y], [0, 0])
      return sum.map((value) => value / mine.length)
    })
    // The mean height of a half circle is 2 / pi.
    expect(means[0][0]).toBeCloseTo(-1, 1)
    expect(means[0][1]).toBeCloseTo(4 / Math.PI - 0.2, 1)
    expect(means[1][0]).toBeCloseTo(1, 1)
    expect(means[1][1]).toBeCloseTo(0.8 - 4 / Math.PI, 1)
  })

  it.each(['spiral', 'swissroll'] as const)('%s keeps to its curve, where angle and radius grow together', (name) => {
    const toy = drawToy(name, 'test')
    const [growth, noise] = name === 'spiral' ? [1 / 3, 0.1] : [1 / 7.5, 0.25 / 7.5]
    let near = 0
    for (let index = 0; index < toy.count; index++) {
      const [x, y] = at(toy, index)
      const radius = Math.hypot(x, y)
      const arm = name === 'spiral' && toy.labels?.[index] === 0
      const angle = arm ? Math.atan2(y, -x) : name === 'spiral' ? Math.atan2(-y, x) : Math.atan2(y, x)
      // How far the radius is from one that the curve has at this angle.
      const turns = (radius / growth - angle) / (2 * Math.PI)
      if (Math.abs(turns - Math.round(turns)) * 2 * Math.PI * growth < 3 * noise) near++
    }
    expect(near / toy.count).toBeGreaterThan(0.97)
  })
})

describe('toy:NAME', () => {
  it('is loaded by name, and names the nearest', async () => {
    expect((await loadSource('toy:ring', 'test')).fingerprint()).toBe(drawToy('ring', 'test').fingerprint())
    for (const [data, hint] of [
      ['toy:rnig', 'did you mean "toy:ring"?'],
      ['toy', 'Known are toy:ring, toy:grid, toy:spiral, toy:moons, toy:swissroll, toy:circles.'],
      ['toy:constructor', 'Unknown toy "constructor"'],
    ]) {
      const error: unknown = await loadSource(data).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(UserError)
      expect(String(error)).toContain(hint)
    }
  })
})
