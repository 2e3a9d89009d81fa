import { readFileSync, writeFileSync } from 'node:fs'
import { InferenceSession } from 'onnxruntime-node'
import sharp from 'sharp'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { forger } from '../../src/cli/forger.ts'
import { ending } from '../../src/cli/text/train-text.ts'
import { readNpy } from '../../src/data/npy.ts'
import { augmentations } from '../../src/gan/priors/augment.ts'
import { objectives } from '../../src/gan/losses/objectives.ts'
import { normalPrior } from '../../src/gan/priors/priors.ts'
import { concatenation, dense, flatten, leakyRelu, projection, reshape, stack, tanh } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { openRun } from '../../src/runs/opening/open-run-node.ts'
import { openSampler } from '../../src/runs/samples/run-sampler-node.ts'
import { trainRun } from '../../src/training/train-run-node.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import { idxBytes } from '../data/idx-bytes.ts'
import { runsInFolder } from './running.ts'

// A small game by class under a name of its own: what a recipe makes of the data's classes is told here.
vi.mock(import('../../src/recipes/index.ts'), async (original) => {
  const known = await original()
  const { recipe } = await import('../../src/recipes/recipe.ts')
  const small = recipe({
    name: 'small',
    summary: 'a small conditional game',
    defaults: { batch: 8, learningRate: 0.005, discriminatorSteps: 1, steps: 20, minutes: 1 },
    settings: {},
    game({ dataShape, classes, batch, learningRate, discriminatorSteps }) {
      if (!classes) throw new UserError('The recipe small learns classes; give data with labels.')
      const optimizer = adam({ learningRate, beta1: 0.5 })
      return {
        generator: stack([
          concatenation(classes),
          dense(16),
          leakyRelu(),
          dense(sizeOf(dataShape)),
          tanh(),
          reshape(dataShape),
        ]),
        discriminator: stack([flatten(), dense(16), leakyRelu(), projection(classes)]),
        prior: normalPrior(4),
        objective: objectives.hinge,
        penalties: [],
        condition: { classes },
        augment: [augmentations.flips(), augmentations.shifts(0.2), augmentations.cutout(0.4)],
        optimizers: { generator: optimizer, discriminator: optimizer },
        discriminatorSteps,
        update: 'alternating',
        averageDecay: 0.9,
        batch,
        dataShape,
        dataRange: 'signed',
      }
    },
  })
  return { ...known, recipeNamed: (name: string) => (name === 'small' ? small : known.recipeNamed(name)) }
})

const classes = 5
const bytesEach = 60
const runs = runsInFolder()
beforeAll(() => {
  const labels = Array.from({ length: 40 }, (_, index) => index % classes)
  writeFileSync(runs.at('labels.idx'), idxBytes([40], labels))
})

const small = { recipe: 'small', sampleEvery: 8, checkpointEvery: 8 }
const labeled = () => ({ ...small, data: `idx:${runs.at('images.idx')},${runs.at('labels.idx')}` })

/** What the command line says, and its exit status. */
async function say(...argv: readonly string[]) {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const error = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
  try {
    return { status: await forger(argv), text: lines.join('\n') }
  } finally {
    log.mockRestore()
    error.mockRestore()
  }
}

describe('a run of a game with classes', () => {
  it('goes on from where it was cut off to the bytes of an undisturbed one', async () => {
    await runs.train('straight', { ...labeled(), steps: 20 })
    const { result } = await runs.train('cut', { ...labeled(), steps: 20 }, { stopAt: 5 })
    expect(result.step).toBeLessThan(20)
    await runs.resume('cut', { threads: 2 })
    for (const file of ['checkpoints/step-000020.safetensors', 'samples/final.png', 'generator.onnx']) {
      expect(runs.read('cut', file).equals(runs.read('straight', file)), file).toBe(true)
    }
  })

  it('records its classes, and shows each in columns of its own', async () => {
    const record: unknown = JSON.parse(runs.read('straight', 'options.json').toString())
    expect(record).toMatchObject({ data: { classes: { count: classes, names: null } }, model: { classes } })
    const { width, height } = await sharp(runs.at('straight', 'samples', 'step-000008.png')).metadata()
    // Eight columns were wished for: ten are two of each class. Images of 5 x 4, eleven times enlarged.
    expect([width, height]).toEqual([10 * (4 * 11 + 22) - 22, 6 * (5 * 11 + 22) - 22])
  })

  it('leaves a generator that takes labels, and says so', async () => {
    const session = await InferenceSession.create(runs.at('straight', 'generator.onnx'))
    expect(session.inputNames).toEqual(['z', 'label'])
    await session.release()
    const report = runs.read('straight', 'report.html').toString()
    expect(report).toContain('<code>label</code> [n] (int64, from 0 to 4)')
    const run = await openRun(runs.optionsFor('told', { ...labeled(), steps: 1 }))
    for await (const event of trainRun(run)) {
      if (event.kind !== 'end') continue
      const text = ending(run, event.result)
      expect(text).toContain('const { images } = await session.run({ z, label })')
      expect(text).toContain('label is int64 [n], each from 0 to 4, and')
    }
    await run.close()
  })

  it('can be asked for one class', async () => {
    const { classes: known, sample, close } = await openSampler(runs.at('straight'))
    expect(known).toEqual({ count: classes, names: null })
    const [turn, threes] = [await sample(10, 4), await sample(10, 4, { label: 3 })]
    for (let index = 0; index < 10; index++) {
      const of = (samples: Float32Array) => samples.subarray(index * bytesEach, (index + 1) * bytesEach).join()
      expect(of(turn) === of(threes)).toBe(index % classes === 3)
    }
    await close()
  })
})

describe('forger sample', () => {
  const run = () => runs.at('straight')

  it('draws all classes in turn, or the one that is told', async () => {
    const draw = async (name: string, ...options: readonly string[]) => {
      const said = await say('sample', run(), '--count', '12', '--seed', '4', '--out', runs.at(name), ...options)
      expect(said.status, said.text).toBe(0)
      const { values } = readNpy(readFileSync(runs.at(name)), name)
      return Array.from({ length: 12 }, (_, index) => values.slice(index * bytesEach, (index + 1) * bytesEach).join())
    }
    const turn = await draw('turn.npy')
    const threes = await draw('threes.npy', '--class', '3')
    threes.forEach((image, index) => expect(image === turn[index]).toBe(index % classes === 3))
  })

  it('lays a picture out by class', async () => {
    const columns = async (...options: readonly string[]) => {
      const out = runs.at(`grid${options.length}.png`)
      expect(await say('sample', run(), '--count', '36', '--out', out, ...options)).toMatchObject({ status: 0 })
      const { width } = await sharp(out).metadata()
      return (width + 2) / (4 + 2)
    }
    expect([await columns(), await columns('--class', '1')]).toEqual([5, 6])
  })

  it.each([
    ['5', 'error: There is no class 5; the classes are 0 to 4.'],
    ['cat', 'error: There is no class "cat"; the classes are 0 to 4.'],
  ])('knows no class %s', async (wanted, text) => {
    const out = runs.at('never.png')
    expect(await say('sample', run(), '--class', wanted, '--out', out)).toEqual({ status: 2, text })
  })

  it('has no classes to choose from where none were learned', async () => {
    await runs.train('plain', { steps: 1 })
    const path = runs.at('plain')
    expect(await say('sample', path, '--class', '1', '--out', runs.at('never.png'))).toEqual({
      status: 2,
      text: `error: The run in ${path} has learned no classes; leave --class out.`,
    })
  })
})

describe('the data of a game with classes', () => {
  it('has labels', async () => {
    await expect(openRun(runs.optionsFor('unlabeled', small))).rejects.toThrow(
      'The recipe small learns classes; give data with labels.',
    )
  })
})
