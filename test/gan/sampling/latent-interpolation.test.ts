import { describe, expect, it } from 'vitest'
import { interpolateLatents } from '../../../src/gan/sampling/latent-interpolation.ts'
import { normalPrior, uniformPrior } from '../../../src/gan/priors/priors.ts'
import type { Prior } from '../../../src/gan/priors/priors.ts'
import { createSampler } from '../../../src/gan/sampling/sampler.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { activation } from '../../../src/nn/layer.ts'
import { recipes } from '../../../src/recipes/index.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { noState } from '../players/point-game.ts'

const size = 64
const { settings: usual } = recipes.mlp.game({
  ...recipes.mlp.defaults,
  batch: 4,
  dataShape: [size],
  settings: { latent: size, generator: { units: [8] }, discriminator: { units: [8] } },
})

/** The samples on ways between latents: their generator gives back what it takes. */
async function latentsOf(prior: Prior, ways: number, steps: number, seed = 3): Promise<Float32Array> {
  const game = twoPlayerGame({ ...usual, prior, generator: activation('same', (x) => x) })
  const sampler = createSampler(createDevice(inlineEngine()), game, noState)
  const latents = await interpolateLatents(sampler, prior, { ways, steps, seed })
  return sampler.sample(ways * steps, seed, { latents })
}

const at = (latents: Float32Array, place: number): Float32Array => latents.subarray(place * size, (place + 1) * size)
const squareOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0) / values.length

describe('interpolateLatents', () => {
  it('goes in even steps on a line between latents that are not normal', async () => {
    const latents = await latentsOf(uniformPrior(size), 3, 5)
    expect(latents).toHaveLength(3 * 5 * size)
    for (const walk of [0, 1, 2]) {
      const [first, middle, last] = [0, 2, 4].map((step) => at(latents, 5 * walk + step))
      middle.forEach((value, i) => expect(value).toBeCloseTo((first[i] + last[i]) / 2, 6))
    }
    expect(at(latents, 0)).not.toEqual(at(latents, 5))
  })

  it('stays as far from the origin as normal latents are, where a line would cut through the middle', async () => {
    const latents = await latentsOf(normalPrior(size), 200, 5)
    for (const step of [0, 1, 2, 3, 4]) {
      const squares = Array.from({ length: 200 }, (_, walk) => squareOf(at(latents, 5 * walk + step)))
      expect(squares.reduce((a, b) => a + b) / 200).toBeCloseTo(1, 1)
    }
  })

  it('needs latents, and two ends', async () => {
    const latents = async (count: number) => new Float32Array(count)
    const options = { ways: 1, steps: 1 }
    const between = (latentShape: readonly number[] | null) =>
      interpolateLatents({ latents, latentShape }, normalPrior(1), options)
    await expect(between([1])).rejects.toThrow(UserError)
    await expect(between([1])).rejects.toThrow('A way of 1 steps has no two ends; give a whole number from 2 on.')
    await expect(between(null)).rejects.toThrow('This generator takes no latents, so there is nothing between them.')
  })

  it('begins elsewhere with another seed, and in the same place with the same one', async () => {
    const walk = await latentsOf(normalPrior(size), 2, 3)
    expect(await latentsOf(normalPrior(size), 2, 3)).toEqual(walk)
    expect(await latentsOf(normalPrior(size), 2, 3, 4)).not.toEqual(walk)
  })
})
