import { writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { drawToy } from '../../src/data/toys.ts'
import { pointModes } from '../../src/metrics/modes.ts'
import { evaluateRun } from '../../src/report/evaluate-run-node.ts'
import { openSampler } from '../../src/runs/samples/run-sampler-node.ts'
import { writeReport } from '../../src/report/write-report-node.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { idxBytes } from '../data/idx-bytes.ts'
import { runsInFolder } from '../training/running.ts'

const runs = runsInFolder()
const small = { latent: 3, generator: { units: [8] }, discriminator: { units: [8] } }

/** 300 images of a bar somewhere, each with noise of its own. */
const bars = Array.from({ length: 300 * 64 }, (_, at) =>
  at % 8 === (Math.floor(at / 64) * 5) % 8 ? 200 : (at * at * 31) % 40,
)

describe('evaluateRun', () => {
  it('judges images by what was held back, and writes a file, two pictures and the report', async () => {
    writeFileSync(runs.at('bars.idx'), idxBytes([300, 8, 8], bars))
    await runs.train('bars', { data: `idx:${runs.at('bars.idx')}`, holdOut: 120, game: small, steps: 6 })
    const before = runs.filesOf('bars')
    const stages = new Set<string>()
    const evaluation = await evaluateRun(runs.at('bars'), { seed: 5 }, (stage) => stages.add(stage))
    expect(evaluation).toMatchObject({ step: 6, seed: 5, generated: 162, features: { name: 'random network' } })
    expect(evaluation.test.count).toBe(120)
    expect(evaluation.training).toMatchObject({ count: 180 })
    expect(evaluation.searched).toBe(180)
    expect(evaluation.notes.join(' ')).toMatch(/162 samples .* no more training samples.* has no labels/)
    expect(stages).toContain('drawing samples')
    expect(JSON.parse(runs.read('bars', 'evaluation.json').toString())).toEqual(evaluation)
    expect(runs.filesOf('bars')).toEqual(
      [...before, 'evaluation.json', 'samples/neighbors.png', 'samples/walks.png'].toSorted(),
    )
    for (const name of ['neighbors', 'walks']) {
      expect(await sharp(runs.at('bars', `samples/${name}.png`)).metadata()).toMatchObject({ format: 'png' })
    }
    const report = runs.read('bars', 'report.html').toString()
    expect(report).toContain('How good the images are')
    expect(report).toContain('Theis, van den Oord and Bethge')

    // The same again, and a report without it where the file came to harm.
    const again = await evaluateRun(runs.at('bars'), { seed: 5 })
    expect({ ...again, time: '' }).toEqual({ ...evaluation, time: '' })
    for (const harm of ['{', '{"version": 1}', 'null']) {
      writeFileSync(runs.at('bars', 'evaluation.json'), harm)
      await writeReport(runs.at('bars'))
      expect(runs.read('bars', 'report.html').toString()).not.toContain('How good the images are')
    }
  }, 60_000)

  it('judges labeled images by a classifier of its own, and counts classes', async () => {
    vi.stubEnv('FORGER_CACHE', runs.at('cache'))
    const labels = Array.from({ length: 1200 }, (_, index) => index % 2)
    const images = Array.from({ length: 1200 * 64 }, (_, at) => {
      const isLight = labels[Math.floor(at / 64)] === Number(at % 64 >= 32)
      return (isLight ? 160 : 0) + ((at * at * 31) % 60)
    })
    writeFileSync(runs.at('halves.idx'), idxBytes([1200, 8, 8], images))
    writeFileSync(runs.at('labels.idx'), idxBytes([1200], labels))
    const data = `idx:${runs.at('halves.idx')},${runs.at('labels.idx')}`
    await runs.train('halves', { data, holdOut: 150, game: small, steps: 4 })
    const evaluation = await evaluateRun(runs.at('halves'), { count: 150 })
    expect(evaluation.features).toEqual({ name: 'forger-lenet', accuracy: 1 })
    expect(evaluation.scores.map(({ name }) => name)).toContain('Inception-style score (forger-lenet)')
    const classScore = evaluation.scores.find(({ metric }) => metric === 'inceptionScore')
    // Two where both classes are plain and equally frequent in each split.
    expect(classScore?.real?.value).toBeGreaterThan(1.8)
    expect(classScore?.real?.value).toBeLessThanOrEqual(2 + 1e-6)
    expect(evaluation.classes?.map(({ name }) => name)).toEqual(['0', '1'])
    for (const { real } of evaluation.classes ?? []) expect(Math.abs(real - 0.5)).toBeLessThan(0.1)
  }, 60_000)

  it('says that a run which stopped by itself has chosen what came nearest to the same samples', async () => {
    const told = { stop: 'auto', checkEvery: 2, steps: 2, game: small } as const
    await runs.train('chosen', { ...told, data: `idx:${runs.at('bars.idx')}`, holdOut: 120 })
    const chosenBy = /checkpoint was chosen by some of the same/
    expect((await evaluateRun(runs.at('chosen'))).notes.join(' ')).toMatch(chosenBy)
    expect((await evaluateRun(runs.at('chosen'), { step: 2 })).notes.join(' ')).not.toMatch(chosenBy)
  }, 60_000)

  it('says that the distance is too large where samples are fewer than features', async () => {
    const few = /120 images are few for the 128 features of random network/
    expect((await evaluateRun(runs.at('bars'))).notes.join(' ')).toMatch(few)
  }, 60_000)

  it('judges points by the test part of their toy', async () => {
    await runs.train('ring', { data: 'toy:ring', game: small, steps: 4 })
    const evaluation = await evaluateRun(runs.at('ring'), { count: 600, seed: 2 })
    const { sample, close } = await openSampler(runs.at('ring'))
    const values = await sample(600, 2)
    await close()
    const { modes } = drawToy('ring', 'test')
    if (modes === null) throw new Error('a ring has modes')
    const { covered, near } = pointModes({ values, count: 600, size: 2 }, modes)
    const numbers = Object.fromEntries(evaluation.scores.map(({ metric, ...score }) => [metric, score]))
    expect(numbers.modes).toMatchObject({ generated: { value: covered }, real: { value: 8 } })
    expect(numbers.highQualitySamples.generated.value).toBeCloseTo(near, 12)
    expect(numbers.slicedWasserstein.real?.value).toBeLessThan(numbers.slicedWasserstein.generated.value)
    expect(evaluation).toMatchObject({ features: null, classes: null, searched: 60_000 })
    expect(runs.read('ring', 'report.html').toString()).toContain('How good the points are')
  }, 60_000)

  it('says what is wrong before it draws', async () => {
    await expect(evaluateRun(runs.at('bars'), { count: 3 })).rejects.toThrow(UserError)
    const own = `idx:${runs.at('bars.idx')}`
    await runs.train('all', { data: own, game: small, steps: 2 })
    await expect(evaluateRun(runs.at('all'))).rejects.toThrow('name real samples to judge by with --data')
    await expect(evaluateRun(runs.at('all'), { data: own })).rejects.toThrow('is what the run learned from')
    // Most of it is, where a part was held back.
    await expect(evaluateRun(runs.at('bars'), { data: own })).rejects.toThrow(
      'is what the run learned from; leave --data out',
    )
  }, 60_000)
})
