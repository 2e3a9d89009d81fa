import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isMeans, parseLog } from '../../src/runs/folder/log-lines.ts'
import { runForger } from '../cli/forger.ts'
import { idxBytes } from '../data/idx-bytes.ts'

let folder = ''
const at = (...path: string[]) => join(folder, ...path)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forger-warm-'))
  const pixels = Array.from({ length: 40 * 5 * 4 }, (_, index) => (index * 71) % 256)
  writeFileSync(at('images.idx'), idxBytes([40, 5, 4], pixels))
  writeFileSync(at('mending.mjs'), mending)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A generator that mends holes in images: alone at first, then against an opponent. */
const mending = `
import { corruptedExample, hole, l1, l2, layers, normalNoise, objectives, optimizers, recipe } from 'forger-gan'
const { dense, flatten, leakyRelu, reshape, stack, tanh } = layers
export default recipe({
  name: 'mending',
  summary: 'mends holes',
  defaults: { batch: 8, learningRate: 1e-3, discriminatorSteps: 1, steps: 12, minutes: 1 },
  settings: {},
  game({ dataShape, learningRate }) {
    const size = dataShape.reduce((product, extent) => product * extent, 1)
    const optimizer = optimizers.adam({ learningRate })
    return {
      generator: stack([flatten(), dense(12), leakyRelu(), dense(size), tanh(), reshape(dataShape)]),
      discriminator: stack([flatten(), dense(8), leakyRelu(), dense(1)]),
      prior: corruptedExample(hole(0.5), normalNoise(0.1)),
      objective: objectives.nonSaturating,
      penalties: [],
      terms: { generator: [l1(10)] },
      warmUp: { steps: 5, terms: [l2(1)] },
      optimizers: { generator: optimizer, discriminator: optimizer },
      update: 'alternating',
      averageDecay: 0.9,
      dataRange: 'signed',
    }
  },
})
`

const options = ['--data', 'idx:images.idx', '--threads', '1']
const train = (out: string, steps: number, ...more: readonly string[]) =>
  runForger(folder, 'train', './mending.mjs', ...options, '--steps', String(steps), '--out', out, ...more)
const meansOf = (out: string) =>
  parseLog(readFileSync(at(out, 'log.jsonl'), 'utf8'))
    .filter(isMeans)
    .map(({ step, scalars }) => [step, scalars] as const)

const game = ['discriminatorLoss', 'generatorLoss', 'realScore', 'fakeScore', 'penalty', 'l1']

describe('a run with a warm-up', () => {
  it('logs what each stage reports, and shows it', async () => {
    const finished = await train('whole', 12, '--log-every', '1')
    expect(finished).toMatchObject({ status: 0, stderr: '' })
    const lines = meansOf('whole')
    expect(lines.map(([step, scalars]) => [step, Object.keys(scalars)])).toEqual(
      Array.from({ length: 12 }, (_, index) => [index + 1, index < 5 ? ['generatorLoss', 'l2'] : game]),
    )
    for (const [step, { generatorLoss, l2 }] of lines.slice(0, 5)) expect(generatorLoss, `${step}`).toBe(l2)
    const record: unknown = JSON.parse(readFileSync(at('whole/options.json'), 'utf8'))
    expect(record).toMatchObject({
      model: {
        prior: 'corruptedExample',
        reports: { l1: { tag: 'term/l1', chart: 'Terms', title: 'l1' }, l2: { chart: 'Terms' } },
      },
    })
    const report = readFileSync(at('whole/report.html'), 'utf8')
    expect(report).toMatch(/aria-label="Terms from step 1 to 5: l2 /)
    expect(report).toMatch(/aria-label="Terms from step 6 to 12: l1 /)
    expect(report).toMatch(/aria-label="Losses from step 6 to 12: /)
    expect(report).not.toMatch(/ (d|cx|cy|y1|y2)="[^"]*(NaN|undefined)/)
  }, 60_000)

  it('sums up a line over the steps that report a number', async () => {
    await train('summed', 12, '--log-every', '4')
    const single = new Map(meansOf('whole'))
    const mean = (name: string, steps: readonly number[]) =>
      expect.closeTo(steps.reduce((sum, step) => sum + (single.get(step)?.[name] ?? NaN), 0) / steps.length, 6)
    const lines = new Map(meansOf('summed'))
    expect([...lines.keys()]).toEqual([4, 8, 12])
    expect(lines.get(8)).toEqual({
      ...Object.fromEntries(game.map((name) => [name, mean(name, [6, 7, 8])])),
      generatorLoss: mean('generatorLoss', [5, 6, 7, 8]),
      l2: mean('l2', [5]),
    })
  }, 60_000)

  it('goes on across its end to the bytes of an undisturbed run', async () => {
    await train('cut', 3)
    expect(await runForger(folder, 'resume', 'cut', '--steps', '12')).toMatchObject({ status: 0, stderr: '' })
    for (const file of ['checkpoints/step-000012.safetensors', 'generator.onnx', 'samples/final.png']) {
      expect(readFileSync(at('cut', file)).equals(readFileSync(at('whole', file))), file).toBe(true)
    }
  }, 60_000)

  it('draws samples of its own data, the same as while it trained', async () => {
    const drawn = await runForger(folder, 'sample', 'whole', '--count', '4', '--seed', '3', '--out', 'drawn.png')
    expect(drawn).toMatchObject({ status: 0, stderr: '' })
    const again = await runForger(folder, 'sample', 'cut', '--count', '4', '--seed', '3', '--out', 'again.png')
    expect(again).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(at('again.png')).equals(readFileSync(at('drawn.png')))).toBe(true)
  }, 60_000)
})
