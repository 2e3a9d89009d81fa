import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readNpy } from '../../src/data/npy.ts'
import { compareModels } from '../../src/comparison/compare-models-node.ts'
import type { CompareOptions } from '../../src/comparison/compare-models-node.ts'
import { trainGan } from '../../src/comparison/models/train-gan-node.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { folderOfBars } from './bars.ts'

const bars = folderOfBars()
const models = ['naive-bayes', 'conditional-gan', 'decision-tree', 'logistic-regression'] as const
const small = (others: CompareOptions = {}): CompareOptions => ({
  data: bars.data,
  outliers: bars.others,
  out: bars.at('all'),
  models,
  rows: 360,
  count: 120,
  ganMinutes: 0.01,
  seed: 3,
  threads: 1,
  ...others,
})

describe('compareModels', () => {
  it('measures models alike, and writes a page, the numbers and the samples', async () => {
    const stages = new Set<string>()
    const { comparison, folder } = await compareModels(small(), (stage) => stages.add(stage))
    expect(folder).toBe(bars.at('all'))
    expect(comparison.models.map(({ id }) => id)).toEqual(['real', ...models])
    expect(comparison).toMatchObject({
      training: { count: 972 },
      test: { count: 108 },
      classes: 3,
      count: 120,
      asked: 5,
      outliers: { count: 108 },
    })
    const [real, bayes, gan, tree, logistic] = comparison.models
    expect(real).toMatchObject({ kind: 'real', rows: null, naming: null })
    expect(bayes.rows).toBe(360)
    // The GAN learned from all of them.
    expect(gan.rows).toBe(972)
    expect(tree.drawing).toBeNull()
    // Bars of three places are easy to name, and the same ones in dark are like none of them.
    for (const { naming } of [bayes, tree, logistic]) expect(naming?.accuracy.value).toBe(1)
    expect(bayes.naming?.outliers.evidence).toBe(1)
    expect(tree.naming?.outliers.evidence).toBeNull()
    expect(gan.naming?.outliers.evidence).not.toBeNull()
    expect(bayes.naming?.fewLabels).toEqual([
      { perClass: 10, accuracy: expect.closeTo(1, 1) },
      { perClass: 100, accuracy: expect.closeTo(1, 1) },
      { perClass: 1000, accuracy: null },
    ])
    expect(gan.naming?.fewLabels.map(({ accuracy }) => accuracy === null)).toEqual([false, false, true])
    const distances = [real, bayes, gan].map(({ drawing }) => drawing?.fid.value ?? NaN)
    expect(distances[0]).toBeLessThan(distances[1])
    expect(distances[1]).toBeLessThan(distances[2])
    expect([...stages]).toContain('2 of 5, Naive Bayes: learning from 10 of each class')

    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('gans/'))
    expect(files.toSorted()).toEqual(
      [
        'comparison.html',
        'comparison.json',
        'gans',
        'parts',
        'plan.json',
        'samples',
        ...['real', ...models].map((id) => `parts/${id}.json`),
        ...['real', 'naive-bayes', 'conditional-gan'].flatMap((id) => [`samples/${id}.npy`, `samples/${id}.png`]),
      ].toSorted(),
    )
    expect(JSON.parse(readFileSync(bars.at('all', 'comparison.json'), 'utf8'))).toEqual(comparison)
    const drawn = readNpy(readFileSync(bars.at('all', 'samples/naive-bayes.npy')), 'samples')
    expect(drawn.shape).toEqual([120, 6, 6, 1])
  }, 60_000)

  it('does nothing twice, and measures again what came to harm or was not there', async () => {
    const written = (id: string) => statSync(bars.at('all', `parts/${id}.json`)).mtimeMs
    const before = models.map(written)
    writeFileSync(bars.at('all', 'parts/decision-tree.json'), '{"identity":')
    const spoiled = written('decision-tree')
    const first = JSON.parse(readFileSync(bars.at('all', 'comparison.json'), 'utf8'))
    const { comparison } = await compareModels(small())
    expect(written('decision-tree')).toBeGreaterThan(spoiled)
    expect([written('naive-bayes'), written('conditional-gan'), written('logistic-regression')]).toEqual([
      before[0],
      before[1],
      before[3],
    ])
    expect(comparison.models.map((model) => ({ ...model, seconds: 0 }))).toEqual(
      first.models.map((model: object) => ({ ...model, seconds: 0 })),
    )
  }, 60_000)

  it('tells of models that were asked for before, beside those that are asked for now', async () => {
    const before = JSON.parse(readFileSync(bars.at('all', 'comparison.json'), 'utf8'))
    const { comparison } = await compareModels(small({ models: ['decision-tree'] }))
    expect(comparison.asked).toBe(5)
    expect(comparison.models).toEqual(before.models)
    expect(readFileSync(bars.at('all', 'comparison.html'), 'utf8')).toContain('Logistic regression')
  }, 60_000)

  it('goes on with a GAN for few labels that was stopped, and takes its folder away in the end', async () => {
    const stopped = small({ out: bars.at('stopped'), models: ['conditional-gan'] })
    const stop = (stage: string) => {
      if (stage.includes('100 of each class, drawing')) throw new Error('stopped')
    }
    await expect(compareModels(stopped, stop)).rejects.toThrow('stopped')
    const checkpoints = () => readdirSync(bars.at('stopped/gans/conditional-gan-100/run/checkpoints'))
    const before = checkpoints()
    const found = ['conditional-gan', 'conditional-gan-10.json']
    expect(readdirSync(bars.at('stopped/gans'))).toEqual([...found, 'conditional-gan-100'].toSorted())
    const written = statSync(bars.at('stopped/gans/conditional-gan-10.json')).mtimeMs
    await expect(compareModels(stopped, stop)).rejects.toThrow('stopped')
    expect(checkpoints()).toEqual(before)
    const { comparison } = await compareModels(stopped)
    expect(comparison.models[1].naming?.fewLabels.map(({ accuracy }) => accuracy === null)).toEqual([
      false,
      false,
      true,
    ])
    // What came of the first one was kept, whose folder is gone.
    expect(statSync(bars.at('stopped/gans/conditional-gan-10.json')).mtimeMs).toBe(written)
    expect(readdirSync(bars.at('stopped/gans'))).toEqual([...found, 'conditional-gan-100.json'].toSorted())
  }, 60_000)

  it('sets a run that was there before beside them, and trains no other GAN then', async () => {
    const { comparison } = await compareModels(
      small({ out: bars.at('beside'), models: ['naive-bayes'], runs: [bars.at('all/gans/conditional-gan')] }),
    )
    const [real, bayes, run] = comparison.models
    expect(run).toMatchObject({ kind: 'gan', title: 'GAN conditional-gan', rows: 972 })
    const alone = JSON.parse(readFileSync(bars.at('all', 'comparison.json'), 'utf8'))
    expect(run.naming).toEqual({ ...alone.models[2].naming, fewLabels: [] })
    expect(bayes.naming).toEqual(alone.models[1].naming)
    expect(real.drawing).toEqual(alone.models[0].drawing)
  }, 60_000)

  it('refuses a run that has learned from what models are judged by', async () => {
    const told = { recipe: 'mlp', minutes: 0.001, data: bars.data, holdOut: 0, seed: 0, threads: 1 }
    await trainGan(bars.at('greedy'), told, () => {})
    await expect(compareModels(small({ out: bars.at('never'), runs: [bars.at('greedy')] }))).rejects.toThrow(
      /has learned from some of the 108 images .*, as it held back 0; train it with --hold-out 108\.$/,
    )
  }, 60_000)

  it.each<[string, () => CompareOptions, RegExp]>([
    ['points', () => ({ data: 'toy:ring' }), /^toy:ring is points in the plane; .* such as mnist\.$/],
    ['images without labels', () => ({ data: bars.others }), /has no labels, .* idx:IMAGES,LABELS\.$/],
    [
      'one class',
      () => ({ data: `idx:${bars.at('bars.idx')},${bars.at('one.idx')}` }),
      /is all of one class; .* two classes at least\.$/,
    ],
    [
      'numbers of classes with gaps',
      () => ({ data: `idx:${bars.at('bars.idx')},${bars.at('gap.idx')}` }),
      /has no image of class 1, of 3; .* without gaps\.$/,
    ],
    [
      'outliers of another size',
      () => ({ outliers: `idx:${bars.at('small.idx')}` }),
      /5 x 5 x 1, and .* same shape\.$/,
    ],
    ['outliers that are the data', () => ({ outliers: bars.data }), /give images of something else as outliers\.$/],
    [
      'fewer samples than classes',
      () => ({ data: `idx:${bars.at('dots.idx')},${bars.at('many.idx')}`, outliers: undefined, count: 100 }),
      /^Of 150 classes 100 samples cannot have one each; let 150 be judged at least\.$/,
    ],
    ['too few rows', () => ({ rows: 20 }), /^Models cannot learn 3 classes from 20 images; give 30 at least\.$/],
    [
      'a folder without a run',
      () => ({ runs: [bars.at('all')] }),
      /^There is no run in .*: it has no options\.json\.$/,
    ],
    [
      'another seed than the folder was begun with',
      () => ({ seed: 4 }),
      /^The comparison in .* was begun with seed 3, not 4; .* or name a new folder\.$/,
    ],
    ['a folder with a run in it', () => ({ out: bars.at('all/gans/conditional-gan') }), /holds a run already/],
  ])('refuses %s in one sentence', async (_, options, sentence) => {
    const before = readdirSync(bars.at(), { recursive: true, encoding: 'utf8' })
    const refused = await compareModels(small(options())).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(UserError)
    expect(String(refused).replace(/^\w+: /, '')).toMatch(sentence)
    expect(readdirSync(bars.at(), { recursive: true, encoding: 'utf8' })).toEqual(before)
  })
})
