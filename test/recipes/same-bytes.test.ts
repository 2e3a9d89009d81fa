import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { augmentations } from '../../src/gan/priors/augment.ts'
import { weightClipping } from '../../src/gan/losses/constraint.ts'
import type { TwoPlayerSettings } from '../../src/gan/players/two-player.ts'
import { objectives, smoothed } from '../../src/gan/losses/objectives.ts'
import { dragan, gradientPenalty, r1 } from '../../src/gan/losses/penalties.ts'
import { corruptedData } from '../../src/gan/priors/priors.ts'
import { recipes } from '../../src/recipes/index.ts'
import { openRun } from '../../src/runs/opening/open-run-node.ts'
import { runOptions } from '../../src/runs/options/run-options.ts'
import { trainRun } from '../../src/training/train-run-node.ts'
import { read } from '../../src/runtime/device.ts'
import { smallGame, train } from './small.ts'
import recorded from '../fixtures/same-bytes.json' with { type: 'json' }

// The hashes were taken on commit 03a5af3, before a game became an interface: what existed then must not change a bit.
// `UPDATE_BYTES=1` prints new ones; a change here needs its reason in the commit that makes it.

const sha256 = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256')
  parts.forEach((part) => hash.update(part))
  return hash.digest('hex')
}

// Recipes that were there then.
const settings: Readonly<Record<Exclude<keyof typeof recipes, 'cycle'>, Readonly<Record<string, unknown>>>> = {
  mlp: {},
  points: {},
  conditional: {},
  dcgan: { width: 8 },
  r3gan: { width: 8 },
  'wgan-gp': { width: 4 },
  sngan: { width: 4 },
  paper: { units: 200, maxout: { units: 60, pieces: 3 } },
}

const known: Readonly<Record<string, string>> = recorded
const seen: Record<string, string> = {}
const expectBytes = (name: string, hash: string) => {
  seen[name] = hash
  if (process.env.UPDATE_BYTES === undefined) expect(hash, name).toBe(known[name])
}

let folder = ''
beforeAll(() => {
  vi.stubEnv('FORGER_TUNE', '0')
  folder = mkdtempSync(join(tmpdir(), 'forger-bytes-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
  vi.unstubAllEnvs()
  if (process.env.UPDATE_BYTES !== undefined) process.stdout.write(`${JSON.stringify(seen, null, 2)}\n`)
})

describe('the checkpoint after 50 strict steps has the bytes that it always had', () => {
  it.for(Object.keys(settings))('of the recipe %s', async (recipe) => {
    const out = join(folder, recipe)
    const data = recipe === 'points' ? 'toy:ring' : 'mnist'
    const game = Object.entries(settings).find(([name]) => name === recipe)?.[1] ?? {}
    const options = { recipe, data, game, out, steps: 50, strict: true, batch: 16, seed: 3, threads: 2 }
    const run = await openRun(runOptions.parse({ ...options, sampleEvery: 50, logEvery: 50 }))
    try {
      for await (const _ of trainRun(run));
    } finally {
      await run.close()
    }
    expectBytes(`recipe ${recipe}`, sha256(readFileSync(run.folder.checkpointAt(50))))
  })
})

describe('the state and samples after 5 strict steps have the bytes that they always had', () => {
  const image = [16, 16, 1] as const
  const plain = smallGame(recipes.mlp, image)
  const games: Readonly<Record<string, TwoPlayerSettings>> = {
    'a simultaneous update': { ...plain, update: 'simultaneous', penalties: [] },
    'three updates of the discriminator': { ...plain, discriminatorSteps: 3, averageDecay: null },
    'a corrupted sample as latent': { ...smallGame(recipes.mlp, [5]), prior: corruptedData({ noise: 0.3 }) },
    'augmentation, penalties on what is shown': {
      ...plain,
      augment: [augmentations.shifts(0.2), augmentations.contrast(0.3)],
    },
    'augmentation, penalties on originals': { ...plain, augment: [augmentations.cutout(0.5)], penalize: 'original' },
    'points between real and fake': {
      ...plain,
      objective: objectives.wasserstein,
      penalties: [gradientPenalty(10), dragan(1)],
    },
    'weight clipping': { ...plain, objective: objectives.wasserstein, penalties: [], constraint: weightClipping(0.05) },
    'one penalty, label smoothing': {
      ...plain,
      objective: smoothed(objectives.nonSaturating, 0.1),
      penalties: [r1(1)],
    },
    'classes by concatenation': smallGame(recipes.conditional, image, { condition: 'concatenation' }),
    'classes by an auxiliary classifier': smallGame(recipes.conditional, image, { condition: 'classifier' }),
    'batch normalization in both players': smallGame(recipes.dcgan, image),
    'spectral normalization': smallGame(recipes.sngan, image),
  }
  it.for(Object.entries(games))('%s', async ([name, game]) => {
    const trainer = await train(game)
    const reports = await trainer.train(5)
    const state = [...trainer.variables].flatMap(([variable, held]) => [
      variable,
      new Uint8Array(Float64Array.from(read(trainer.device, held)).buffer),
    ])
    const samples = await trainer.sample(10, 3)
    expectBytes(`game ${name}`, sha256(...state, new Uint8Array(samples.buffer), JSON.stringify(reports)))
  })
})
