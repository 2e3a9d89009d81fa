import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRun, plannedRuns, trainToEnd } from '../../evidence/image-runs.ts'
import { judgeRuns } from '../../evidence/judge-runs.ts'
import type { Judging } from '../../evidence/judging.ts'
import type { Classifier } from '../../src/metrics/networks/feature-extractor.ts'
import { completeOptions } from '../../src/runs/options/complete-options.ts'
import { openNodeDevice } from '../../src/runtime/open-node.ts'

/** Takes the first pixels for features, and sees ones and sevens only. */
const judge: Classifier = {
  name: 'judge',
  size: 4,
  classes: 10,
  features: async ({ values, count }) => ({
    values: Float32Array.from({ length: 4 * count }, (_, at) => values[784 * Math.floor(at / 4) + 400 + (at % 4)]),
    count,
    size: 4,
  }),
  probabilities: async ({ count }) => ({
    values: Float32Array.from({ length: 10 * count }, (_, at) => {
      const wanted = Math.floor(at / 10) % 4 === 0 ? 7 : 1
      return at % 10 === wanted ? 0.75 : 0.25 / 9
    }),
    count,
    size: 10,
  }),
}

describe('evidence about images', () => {
  let folder = ''
  const said: string[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forger-evidence-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const train = (name: string, steps: number) =>
    trainToEnd(
      join(folder, name),
      {
        data: 'mnist',
        steps,
        batch: 8,
        threads: 1,
        seed: 5,
        checkpointEvery: 2,
        game: { latent: 4, generator: { units: [8] }, discriminator: { units: [8] } },
      },
      (line) => said.push(line),
    )

  it('comes from runs that are trained to their end and no further, and from existing ones', async () => {
    expect(await findRun(join(folder, 'tiny-mnist'))).toBeNull()
    await train('tiny-mnist', 4)
    expect(said).toEqual(['tiny-mnist: step 2 of 4', 'tiny-mnist: step 4 of 4'])
    await train('tiny-mnist', 4)
    expect(said).toHaveLength(2)
    const run = await findRun(join(folder, 'tiny-mnist'))
    expect(run).toMatchObject({ name: 'tiny-mnist', step: 4, steps: 4 })
    expect(run?.command).toBe(
      'forger train --recipe mlp --data mnist --steps 4 --batch 8 --seed 5 ' +
        "--set game.latent=4 --set 'game.generator.units=[8]' --set 'game.discriminator.units=[8]'",
    )
    await expect(trainToEnd(join(folder, 'nobody'), null, () => {})).rejects.toThrow('No run is planned by the name')
  })

  it('is a section with a verdict, and a picture', async () => {
    const run = await findRun(join(folder, 'tiny-mnist'))
    if (run === null) throw new Error('the run is there')
    const device = await openNodeDevice({ threads: 1, tune: false })
    const page = join(folder, 'results.md')
    const judging: Judging = {
      device,
      seed: 1,
      samples: 120,
      secondsOfTrial: 0,
      pictures: { folder: join(folder, 'pictures'), link: 'pictures' },
      classifierOf: async () => ({ ...judge, accuracy: 0.9944 }),
      tell: () => {},
    }
    try {
      await judgeRuns(page, [run], judging)
    } finally {
      await device.engine.close()
    }
    const text = await readFile(page, 'utf8')
    expect(text).toContain('## Digits and clothes')
    expect(text).not.toContain('## Stacked digits')
    expect(text).toContain('99.44 % of the test images of mnist rightly')
    // 90 of 120 samples are ones and the others sevens, as every fourth image is.
    expect(text).toMatch(/^\| tiny-mnist \| 4 \| 0\.0 \| 2 of 10 \| 0\.0 to 75\.0 % \| 0\.750 \| \d+\.\d\d \|$/m)
    expect(text).toMatch(
      /^\| tiny-mnist \| 0\.0 \| 75\.0 \| 0\.0 \| 0\.0 \| 0\.0 \| 0\.0 \| 0\.0 \| 25\.0 \| 0\.0 \| 0\.0 \|$/m,
    )
    expect(text).toMatch(/^\| real images, mnist \|/m)
    expect(text).not.toContain(folder)

    expect(await readdir(judging.pictures.folder)).toEqual(['tiny-mnist.webp'])
    expect(text).toContain('](pictures/tiny-mnist.webp)')
    const picture = sharp(join(judging.pictures.folder, 'tiny-mnist.webp'))
    expect(await picture.metadata()).toMatchObject({ format: 'webp', width: 16 * 60 - 4, height: 10 * 60 - 4 })
    // Of classes that no sample is of, there is nothing but the background.
    const { channels } = await sharp(
      await picture.extract({ left: 0, top: 0, width: 956, height: 50 }).png().toBuffer(),
    ).stats()
    expect(channels[0].max - channels[0].min).toBeLessThan(8)
  })

  it('is planned with runs that can be trained', async () => {
    for (const planned of Object.values(plannedRuns('photographs'))) {
      expect(await completeOptions(planned)).toMatchObject({ recipe: planned.recipe, steps: planned.steps })
    }
  })
})
