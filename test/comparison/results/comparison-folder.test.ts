import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openComparisonFolder } from '../../../src/comparison/results/comparison-folder-node.ts'
import { someComparison } from '../some-comparison.ts'

let path = ''
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'forger-parts-')), 'comparison')
})
afterEach(() => rmSync(join(path, '..'), { recursive: true }))

const [model] = someComparison().models

describe('the parts of a comparison', () => {
  it('are read as they were written', async () => {
    const folder = await openComparisonFolder(path, {})
    await folder.writePart('made like that', model, null)
    expect(await folder.readParts()).toEqual(new Map([[model.id, { identity: 'made like that', model }]]))
    await folder.close()
  })

  it('of an earlier version may call the two-sample accuracy by its former name', async () => {
    const folder = await openComparisonFolder(path, {})
    const { twoSampleAccuracy, ...drawing } = model.drawing ?? {}
    const former = { ...model, drawing: { ...drawing, toldApart: twoSampleAccuracy } }
    writeFileSync(join(path, 'parts', `${model.id}.json`), JSON.stringify({ identity: 'x', model: former }))
    expect([...(await folder.readParts()).values()]).toEqual([{ identity: 'x', model }])
    await folder.close()
  })
})
