import { describe, expect, it } from 'vitest'
import { decisionTree } from '../../src/baselines/decision-tree.ts'
import type { TreeOptions } from '../../src/baselines/decision-tree.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { randomUniform } from '../../src/tensor/threefry.ts'
import { likeliest } from './sklearn-sets.ts'

const fit = (values: readonly number[], size: number, labels: readonly number[], options: TreeOptions = {}) =>
  decisionTree(options).fit(
    {
      rows: { values: Float32Array.from(values), count: labels.length, size },
      labels,
      classes: Math.max(...labels) + 1,
    },
    { device: createDevice(inlineEngine()) },
  )

const asked = (values: readonly number[], size: number) => ({
  values: Float32Array.from(values),
  count: values.length / size,
  size,
})

describe('a decision tree', () => {
  it('learns exclusive or, though its first question tells nothing', async () => {
    const corners = [0, 0, 0, 1, 1, 0, 1, 1]
    const tree = await fit(corners, 2, [0, 1, 1, 0])
    expect(likeliest(await tree.probabilities(asked(corners, 2)))).toEqual([0, 1, 1, 0])
  })

  it('knows by heart whatever it learned from, where no two rows are equal', async () => {
    const values = Array.from(randomUniform([5, 0], 0, 0, 600), Math.fround)
    const labels = Array.from(randomUniform([5, 0], 1, 0, 200), (u) => Math.floor(3 * u))
    const tree = await fit(values, 3, labels)
    expect(likeliest(await tree.probabilities(asked(values, 3)))).toEqual(labels)
  })

  it('stops at its depth, with the shares of what is left', async () => {
    const tree = await fit([0, 1, 2, 3, 4, 5], 1, [0, 0, 0, 1, 0, 1], { maxDepth: 1 })
    const { values } = await tree.probabilities(asked([2, 3], 1))
    expect(Array.from(values)).toEqual([1, 0, Math.fround(1 / 3), Math.fround(2 / 3)])
  })

  it('imagines rows in its leaves where told', async () => {
    const tree = await fit([0, 1, 1], 1, [0, 1, 1], { imagined: 1 })
    const { values } = await tree.probabilities(asked([0, 1], 1))
    expect(Array.from(values)).toEqual([2 / 3, 1 / 3, 1 / 4, 3 / 4].map(Math.fround))
  })

  it('refuses labels that fit no rows or classes', async () => {
    await expect(fit([0, 1], 1, [0])).rejects.toThrow('1 rows of 1 numbers cannot be made of 2 numbers')
    await expect(fit([0, 1], 1, [0, 2])).rejects.toThrow('No row is of class 1, of 3; give at least one of each.')
    await expect(fit([0, Number.NaN], 1, [0, 1])).rejects.toThrow('not finite')
    await expect(fit([0, 1], 1, [0, 0.5])).rejects.toThrow('Row 1 has the label 0.5')
  })
})
