import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportOnnx } from '../../../src/onnx/export.ts'
import { toChannelsFirst } from '../../../src/onnx/layout.ts'
import { writePicture } from '../../../src/files/write-picture-node.ts'
import type { ModelFacts } from '../../../src/report/sections/report-facts.ts'
import { latentNote, programs } from '../../../src/report/sections/model-programs.ts'
import { add, equal, input, mul, reshape, where } from '../../../src/tensor/operations/index.ts'
import { sizeOf } from '../../../src/tensor/shape.ts'
import { repository } from '../../tools/tree.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forger-programs-'))
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'), 'junction')
})
afterEach(() => rm(folder, { recursive: true }))

const run = promisify(execFile)

type Range = readonly [low: number, high: number]

interface ImageFacts extends ModelFacts {
  readonly shape: readonly [height: number, width: number, channels: number]
  readonly range: Range
}

const facts = (prior: string, channels: number, range: Range, classes: number | null = null): ImageFacts => {
  const shape = [3, 2, channels] as const
  return { prior, shape, range, classes, latent: prior === 'corruptedData' ? shape : [sizeOf(shape)] }
}

/** Bytes that differ from pixel to pixel and from channel to channel. */
const bytesOf = ({ shape }: Pick<ImageFacts, 'shape'>): Uint8Array =>
  Uint8Array.from({ length: sizeOf(shape) }, (_, at) => (at * 41 + 3) % 256)

/**
 * A model that draws those bytes, whatever the latent; or, for the prior of spoiled images, gives back what it gets. Where
 * there are classes, it draws nothing of any but the first.
 */
function modelFor({ prior, shape, range: [low, high], latent, classes }: ImageFacts): Uint8Array {
  const [height, width, channels] = shape
  const weight = input('picture', [1, height, width, channels])
  const levels = Float32Array.from(bytesOf({ shape }), (byte) => (byte / 255) * (high - low) + low)
  const weights = new Map(prior === 'corruptedData' ? [] : [[weight, levels]])
  return exportOnnx(
    (batch) => {
      const z = input('z', [batch, ...latent])
      const drawn = reshape(z, [batch, height, width, channels])
      const images = prior === 'corruptedData' ? drawn : add(mul(drawn, 0), weight)
      const label = input('label', [batch], 'i32')
      const isFirst = reshape(equal(label, 0), [batch, 1, 1, 1])
      return {
        inputs: [
          { name: 'z', tensor: z },
          ...(classes === null ? [] : [{ name: 'label', tensor: label, type: 'i64' as const }]),
        ],
        outputs: [{ name: 'images', tensor: toChannelsFirst(classes === null ? images : where(isFirst, images, 0)) }],
        weights,
      }
    },
    { graphName: 'generator', metadata: {} },
  )
}

describe('the program in JavaScript', () => {
  it.each([
    ['normal', 1, [-1, 1], null],
    ['normal', 3, [0, 1], null],
    ['uniform', 3, [-1, 1], null],
    ['corruptedData', 1, [0, 1], null],
    ['corruptedData', 3, [-1, 1], null],
    ['normal', 1, [-1, 1], 10],
  ] as const)(
    'saves what a model with the prior %s and %i channels in %j draws',
    async (prior, channels, range, classes) => {
      const model = facts(prior, channels, range, classes)
      const bytes = bytesOf(model)
      await writeFile(join(folder, 'generator.onnx'), modelFor(model))
      await writePicture(join(folder, 'spoiled.png'), { width: 2, height: 3, channels, pixels: bytes })
      await writeFile(join(folder, 'draw.mjs'), programs(model)?.javascript ?? '')
      await run(process.execPath, ['draw.mjs'], { cwd: folder })
      const { data, info } = await sharp(join(folder, 'sample.png'))
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer({ resolveWithObject: true })
      expect([info.height, info.width, info.channels]).toEqual([3, 2, channels])
      expect(new Uint8Array(data)).toEqual(bytes)
    },
  )
})

describe('programs', () => {
  it.each(['normal', 'uniform', 'corruptedData'])('are about ten lines in both languages for the prior %s', (prior) => {
    const { javascript, python } = programs(facts(prior, 3, [-1, 1])) ?? { javascript: '', python: '' }
    for (const program of [javascript, python]) {
      const lines = program.split('\n').filter((line) => !/^(#|\/\/)/.test(line))
      expect(lines.length).toBeGreaterThan(5)
      expect(lines.length).toBeLessThanOrEqual(11)
    }
  })

  it('hand a label over where the model has classes', () => {
    const { javascript, python } = programs(facts('normal', 1, [-1, 1], 10)) ?? { javascript: '', python: '' }
    expect(javascript).toContain('session.run({ z, label })')
    expect(python).toContain('label = np.array([0], np.int64)')
    expect(python).toContain("session.run(['images'], {'z': z, 'label': label})")
  })

  it('are not made up for a prior that nobody told them of', () => {
    const model = facts('toString', 1, [0, 1])
    expect(programs(model)).toBeNull()
    expect(latentNote(model)).toContain('"toString"')
  })
})
