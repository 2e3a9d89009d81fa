import { expect, it } from 'vitest'
import { classPosterior } from '../../../src/baselines/bayes-rule.ts'
import { classParzenWindows } from '../../../src/comparison/benchmark/class-parzen-windows.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'

const rowsOf = (points: readonly (readonly number[])[]) => ({
  values: Float32Array.from(points.flat()),
  count: points.length,
  size: 2,
})

/** What the formula says, in plain sums. */
function logDensity(point: readonly number[], samples: readonly (readonly number[])[], sigma: number): number {
  const windows = samples.map((sample) => {
    const distance = point.reduce((sum, x, axis) => sum + (x - sample[axis]) ** 2, 0)
    return Math.exp(-distance / (2 * sigma * sigma)) / (2 * Math.PI * sigma * sigma)
  })
  return Math.log(windows.reduce((sum, window) => sum + window, 0) / samples.length)
}

it('samples of classes name points by the windows of each class and by how frequent classes are', async () => {
  const left = [
    [0, 0],
    [0.2, 0.1],
    [0.1, 0.3],
  ]
  const right = [
    [1, 0.9],
    [1.2, 1],
  ]
  const samples = { rows: rowsOf([left[0], right[0], left[1], right[1], left[2]]), labels: [0, 1, 0, 1, 0], classes: 2 }
  // Three of four real points are of the first class.
  const real = {
    rows: rowsOf([
      [0.1, 0],
      [0, 0.2],
      [0.2, 0.2],
      [1.1, 1],
    ]),
    labels: [0, 0, 0, 1],
    classes: 2,
  }
  const device = createDevice(inlineEngine())
  const { logJoint, sigma } = await classParzenWindows(device, samples, real)

  const likelihood = (width: number) =>
    real.labels.reduce((sum, label, row) => {
      const point = Array.from(real.rows.values.subarray(2 * row, 2 * row + 2))
      return sum + logDensity(point, label === 0 ? left : right, width)
    }, 0)
  const widths = Array.from({ length: 10 }, (_, i) => 10 ** (i / 9 - 1))
  expect(sigma).toBe(widths.reduce((best, width) => (likelihood(width) > likelihood(best) ? width : best)))

  const asked = [
    [0.1, 0.1],
    [1, 1],
    [0.55, 0.5],
    [40, -30],
  ]
  const joint = await logJoint(rowsOf(asked))
  for (const [row, point] of asked.entries()) {
    for (const [label, [own, prior]] of [[left, 4 / 6] as const, [right, 2 / 6] as const].entries()) {
      const expected = logDensity(point, own, sigma) + Math.log(prior)
      if (Number.isFinite(expected)) expect(joint.values[2 * row + label]).toBeCloseTo(expected, 3)
    }
  }
  const posterior = classPosterior(joint)
  expect(posterior.values[0]).toBeGreaterThan(0.95)
  expect(posterior.values[3]).toBeGreaterThan(0.95)
  // However far away, one class is taken, and nothing is no number.
  expect(posterior.values[6] + posterior.values[7]).toBeCloseTo(1, 6)
})
