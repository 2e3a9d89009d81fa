import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEvaluation, writeEvaluation } from '../../src/evaluation/evaluation-file-node.ts'
import type { Evaluation } from '../../src/evaluation/evaluation.ts'
import { runFolderAt } from '../../src/runs/folder/run-folder.ts'

let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'forger-evaluation-'))
})
afterEach(() => rmSync(path, { recursive: true }))

const number = (value: number) => ({ value, spread: null, interval: null })
const evaluation: Evaluation = {
  version: 1,
  time: '2026-11-23T05:14:24.165Z',
  step: 40,
  seed: 0,
  generated: 100,
  test: { name: 'toy:ring test', count: 100 },
  training: { name: 'toy:ring', count: 1000 },
  searched: 1000,
  features: null,
  scores: [
    { metric: 'twoSampleAccuracy', name: 'Two-sample accuracy (C2ST)', generated: number(0.7), real: number(0.5) },
    { metric: 'differentBins', name: 'Statistically different bins (NDB)', generated: number(0.2), real: number(0) },
    { metric: 'highQualitySamples', name: 'High-quality samples', generated: number(0.9), real: number(0.99) },
  ],
  classes: null,
  copies: { verdict: 'unsuspicious', suspicious: 0.01 },
  notes: [],
}

describe('evaluation.json', () => {
  it('is read as it was written', async () => {
    await writeEvaluation(runFolderAt(path), evaluation)
    expect(await readEvaluation(runFolderAt(path))).toEqual(evaluation)
  })

  it('of an earlier version may call metrics by their former names', async () => {
    const names = ['toldApart', 'binsDifferent', 'nearModes']
    const scores = evaluation.scores.map((score, index) => ({ ...score, metric: names[index] }))
    writeFileSync(runFolderAt(path).evaluation, JSON.stringify({ ...evaluation, scores }))
    expect(await readEvaluation(runFolderAt(path))).toEqual(evaluation)
  })

  it.each(['constructor', 'told', 3])('is no evaluation where it has a metric %s', async (metric) => {
    const scores = [{ ...evaluation.scores[0], metric }]
    writeFileSync(runFolderAt(path).evaluation, JSON.stringify({ ...evaluation, scores }))
    expect(await readEvaluation(runFolderAt(path))).toBeNull()
  })
})
