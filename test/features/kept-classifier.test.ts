import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSource } from '../../src/data/source.ts'
import { imagesOfBytes } from '../../src/metrics/statistics/image-set.ts'
import { openNodeDevice } from '../../src/runtime/open-node.ts'
import { openClassifier } from '../../src/features/kept-classifier-node.ts'
import type { ClassifierOptions } from '../../src/features/kept-classifier-node.ts'

/** Light above, or light below. */
function halves(count: number, salt: number) {
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 2)
  const images = Uint8Array.from({ length: count * 64 }, (_, at) => {
    const isAbove = at % 64 < 32
    return (isAbove === (labels[at >> 6] === 0) ? 180 : 40) + (((at + salt) * 7919) % 61)
  })
  return createSource({ name: 'halves', shape: [8, 8, 1], images, labels, classes: null })
}

describe('the kept classifier', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forger-classifier-'))
    vi.stubEnv('FORGER_CACHE', folder)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true, force: true })
  })

  /** Opens the classifier, and tells whether it was trained for that and what was said. */
  async function opened(
    options: ClassifierOptions = {},
    train = halves(96, 0),
    test: typeof train | null = halves(20, 5),
  ) {
    const device = await openNodeDevice({ threads: 1, tune: false })
    const said: string[] = []
    let steps = 0
    try {
      const classifier = await openClassifier(
        device,
        { train, test },
        { epochs: 4, progress: () => steps++, tell: (sentence) => said.push(sentence), ...options },
      )
      const images = halves(20, 9)
      const { values } = await classifier.probabilities(imagesOfBytes(images.images, images.shape))
      return { accuracy: classifier.accuracy, values, said, isNew: steps > 0 }
    } finally {
      await device.engine.close()
    }
  }
  const keptFiles = async () =>
    (await readdir(join(folder, 'classifiers'))).map((name) => join(folder, 'classifiers', name))

  it('is trained once, and is the same when it comes from its file', async () => {
    const first = await opened()
    expect(first).toMatchObject({ isNew: true, said: [] })
    expect(first.accuracy).toBeGreaterThan(0.9)
    expect(await opened()).toEqual({ ...first, isNew: false })
    expect(await keptFiles()).toHaveLength(1)
  })

  it('is another one for other images, another seed, another length', async () => {
    await opened()
    expect(await opened({ seed: 1 })).toMatchObject({ isNew: true })
    expect(await opened({ epochs: 5 })).toMatchObject({ isNew: true })
    expect(await opened({}, halves(96, 1))).toMatchObject({ isNew: true })
    expect(await opened({}, halves(96, 0), null)).toMatchObject({ isNew: true })
    expect(await keptFiles()).toHaveLength(5)
    expect(await opened()).toMatchObject({ isNew: false })
  })

  it('is trained again where its file is cut short or has a flipped bit, with a sentence', async () => {
    const first = await opened()
    const [path] = await keptFiles()
    const whole = await readFile(path)
    const flipped = Buffer.from(whole)
    flipped[whole.length - 1000] ^= 1
    for (const damaged of [whole.subarray(0, whole.length - 1000), flipped]) {
      await writeFile(path, damaged)
      const { said, ...again } = await opened()
      expect({ ...again, said: [] }).toEqual(first)
      expect(said).toEqual([expect.stringMatching(/^\/.*safetensors is .*\. The classifier is trained again\.$/)])
      expect(await readFile(path)).toEqual(whole)
    }
  })

  it('works where it cannot be kept, and says so', async () => {
    await writeFile(join(folder, 'classifiers'), 'a file in the way')
    const { isNew, said } = await opened({ epochs: 1 })
    expect(isNew).toBe(true)
    expect(said).toHaveLength(2)
    expect(said[0]).toContain('a part of its path is a file, not a folder. The classifier is trained again.')
    expect(said[1]).toContain('The classifier is not kept')
  })
})
