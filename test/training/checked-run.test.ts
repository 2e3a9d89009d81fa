import { rmSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { bestStep } from '../../src/runs/folder/best-step-node.ts'
import { checksOf } from '../../src/runs/folder/log-lines.ts'
import { runFolderAt } from '../../src/runs/folder/run-folder.ts'
import type { RunOptions } from '../../src/runs/options/run-options.ts'
import { openSampler } from '../../src/runs/samples/run-sampler-node.ts'
import { idxBytes } from '../data/idx-bytes.ts'
import { runsInFolder } from './running.ts'

const runs = runsInFolder()

/** Few images, so that judging them is a matter of a moment. */
beforeAll(() => {
  const pixels = Uint8Array.from({ length: 600 * 36 }, (_, at) => ((at * 71) % 100) + (Math.floor(at / 36) % 3) * 75)
  writeFileSync(runs.at('many.idx'), idxBytes([600, 6, 6], pixels))
})

const small = { generator: { units: [16] }, discriminator: { units: [16] }, latent: 4 }
/** Ends soon, as it learns far too fast. */
const hasty = (): Partial<RunOptions> => ({
  data: `idx:${runs.at('many.idx')}`,
  stop: 'auto',
  checkEvery: 20,
  patience: 2,
  checkpointEvery: 40,
  logEvery: 15,
  sampleEvery: 1000,
  keep: 1,
  steps: 4000,
  learningRate: 0.05,
  game: small,
})
const checkpoint = (step: number) => `checkpoints/step-${String(step).padStart(6, '0')}.safetensors`
const checksIn = (out: string) => checksOf(runs.logOf(out))

describe('a run that stops by itself', () => {
  it('is judged from its first step on, and ends when its patience is over', async () => {
    const { events, result } = await runs.train('hasty', hasty())
    expect(result.reason).toBe('stopped')
    const checks = checksIn('hasty')
    expect(checks.map(({ step }) => step)).toEqual(
      Array.from({ length: result.step / 20 + 1 }, (_, index) => 20 * index),
    )
    const judged = events.flatMap((event) => (event.kind === 'check' ? [event] : []))
    expect(judged.map(({ check }) => check)).toEqual(checks)
    expect(judged.map(({ judgement }) => judgement.stops)).toEqual(checks.map(({ step }) => step === result.step))
    expect(result.judgement).toEqual(judged.at(-1)?.judgement)
    // What was kept is the best one, and pictures, model and samples are made from it.
    const best = checks.reduce((least, check) => (check.distance < least.distance ? check : least))
    expect(result).toMatchObject({ kept: best.step, judgement: { best: best.step } })
    expect(await bestStep(runFolderAt(runs.at('hasty')))).toBe(best.step)
    expect(runs.read('hasty', 'generator.onnx').toString('latin1')).toContain(String(best.step))
    const { step, close } = await openSampler(runs.at('hasty'))
    await close()
    expect(step).toBe(best.step)
    expect(runs.filesOf('hasty', 'checkpoints')).toContain(checkpoint(best.step).slice('checkpoints/'.length))
    expect(runs.read('hasty', 'report.html').toString()).toMatch(/stopped\s+by\s+itself/)
  })

  it('has the bytes of a run that nobody judges', async () => {
    await runs.train('seen', { ...hasty(), steps: 50, patience: 99 })
    await runs.train('unseen', { ...hasty(), steps: 50, stop: 'budget', holdOut: 100 })
    expect(checksIn('seen').map(({ step }) => step)).toEqual([0, 20, 40, 50])
    expect(checksIn('unseen')).toEqual([])
    for (const step of [40, 50])
      expect(runs.read('seen', checkpoint(step)).equals(runs.read('unseen', checkpoint(step)))).toBe(true)
  })

  it('decides the same where it was interrupted, stopped or killed', async () => {
    const told = hasty()
    const whole = await runs.train('whole', told)
    expect(whole.result.step).toBeGreaterThan(40)
    const cut = await runs.train('cut', told, { stopAt: 27 })
    expect(cut.result.reason).toBe('signal')
    expect(cut.result.step).toBeLessThan(40)
    // The step that it was stopped at was judged, so that there is something to show; then it counts no more.
    expect(checksIn('cut').at(-1)?.step).toBe(cut.result.step)
    const resumed = await runs.resume('cut', { threads: 2 })
    const { seconds: _, ...outcome } = whole.result
    expect(resumed.result).toMatchObject(outcome)
    expect(checksIn('cut')).toEqual(checksIn('whole'))
    for (const file of ['generator.onnx', 'samples/final.png', checkpoint(whole.result.kept)]) {
      expect(runs.read('cut', file).equals(runs.read('whole', file)), file).toBe(true)
    }
    // As if killed before its last checkpoint was there.
    rmSync(runs.at('cut', checkpoint(whole.result.step)), { force: true })
    expect((await runs.resume('cut')).result).toMatchObject(outcome)
    expect(checksIn('cut')).toEqual(checksIn('whole'))
  })

  it('stays stopped unless it is given more patience or a limit', async () => {
    const { result } = await runs.train('patient', hasty())
    const again = await runs.resume('patient')
    expect(again.result).toMatchObject({ step: result.step, reason: 'stopped', kept: result.kept })
    const further = await runs.resume('patient', { patience: 4 })
    expect(further.result.step).toBeGreaterThan(result.step)
    const limited = await runs.resume('patient', { steps: further.result.step + 10 })
    expect(limited.result).toMatchObject({ reason: 'steps', judgement: null, kept: further.result.step + 10 })
  })
})

describe('what a run is checked by', () => {
  it('is held back where the data has no test part, and written down', async () => {
    const told = { ...hasty(), patience: 99, steps: 21 }
    await runs.train('written', told)
    const record: unknown = JSON.parse(runs.read('written', 'options.json').toString())
    expect(record).toMatchObject({
      options: { stop: 'auto', holdOut: 100, checkFeatures: 'random-network' },
      data: { count: 500, name: expect.stringMatching(/without 100 held back$/) },
    })
    for (const { distance, covered, ranked, toldApart } of checksIn('written')) {
      expect(distance).toBeGreaterThan(0)
      for (const share of [covered, ranked, toldApart.low, toldApart.high]) {
        expect(share).toBeGreaterThanOrEqual(0)
        expect(share).toBeLessThanOrEqual(1)
      }
    }
    await expect(runs.train('unlabeled', { ...told, checkFeatures: 'forger-lenet' })).rejects.toThrow('has no labels')
  })

  it('is seen by a random network where all images are of one class, as those of one sub-folder are', async () => {
    writeFileSync(runs.at('ones.idx'), idxBytes([600], new Uint8Array(600)))
    const told = { ...hasty(), data: `idx:${runs.at('many.idx')},${runs.at('ones.idx')}`, steps: 1 }
    await runs.train('single', told)
    expect(JSON.parse(runs.read('single', 'options.json').toString())).toMatchObject({
      options: { stop: 'auto', checkFeatures: 'random-network' },
    })
    await expect(runs.train('asked', { ...told, checkFeatures: 'forger-lenet' })).rejects.toThrow(
      'take checkFeatures random-network',
    )
  })

  it('is the test part where there is one', async () => {
    const told: Partial<RunOptions> = { data: 'toy:moons', stop: 'auto', steps: 1, batch: 32, game: small }
    const { events } = await runs.train('points', told)
    const [first] = events.flatMap((event) => (event.kind === 'check' ? [event.check] : []))
    // Points of an untrained generator lie near 0, those of the moons on circles of radius 2.
    expect(first.distance).toBeGreaterThan(0.5)
    expect(first.distance).toBeLessThan(3)
    await expect(runs.train('pointless', { ...told, checkFeatures: 'random-network' })).rejects.toThrow(
      'Points are judged as they are',
    )
  })
})
