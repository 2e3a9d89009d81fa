import type * as z from 'zod'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arePoints } from '../../src/data/sources.ts'
import { initialTraining } from '../../src/gan/game/training-state.ts'
import { recipes } from '../../src/recipes/index.ts'
import type { SettingsInput } from '../../src/recipes/index.ts'
import type { Recipe } from '../../src/recipes/index.ts'
import { settingOf, singleSettings } from '../../src/recipes/setting.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { imageField } from '../../src/tensor/fields.ts'
import { literal } from '../../src/tensor/operations/index.ts'

const dataShape = [4, 5, 1] as const
/** Of which a recipe can make a game. */
const samplesFor = ({ data }: Recipe) => ({
  dataShape: arePoints(data) ? [2] : [16, 16, 1],
  classes: 3,
  fields: { source: imageField([16, 16, 1], 'signed') },
})
const all: Recipe[] = Object.values(recipes)

/** The game of a recipe with these settings, which may be anything. */
const gameWith = (recipe: Recipe, settings: unknown) =>
  recipe.game({ ...recipe.defaults, ...samplesFor(recipe), settings: settings as Record<string, unknown> })

describe.each(all)('the settings of $name', (recipe) => {
  const { settings } = recipe

  it('have a default and a description each', () => {
    for (const { path, description, standard } of singleSettings(settingOf(settings))) {
      expect(description, path.join('.')).toMatch(/^\S.*[^.]$/)
      expect(standard, path.join('.')).toBeDefined()
    }
  })

  it('are the same when they are read again, as options.json holds them', () => {
    const complete = settings.parse({})
    expect(settings.parse(JSON.parse(JSON.stringify(complete)))).toEqual(complete)
  })

  it('are refused with a sentence, or make a game, whatever they are', () => {
    const names = singleSettings(settingOf(settings)).flatMap(({ path }) => path)
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.anything(),
        fc.nat(9),
        tie('group'),
        fc.array(fc.nat(9), { maxLength: 3 }),
      ),
      group: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('value'), { maxKeys: 3 }),
    }))
    fc.assert(
      fc.property(tree.group, (told) => {
        try {
          gameWith(recipe, told)
        } catch (error) {
          expect(error).toBeInstanceOf(UserError)
          expect(String(error)).toMatch(/^UserError: game.* (takes .*, not .*\.|is nothing that .*)$/)
        }
      }),
    )
  })
})

describe('the settings of mlp', () => {
  const { mlp } = recipes
  const shapesWith = (settings: SettingsInput<z.input<typeof mlp.settings>> = {}) => {
    const game = mlp.game({ ...mlp.defaults, dataShape, settings })
    const { generator, discriminator } = initialTraining(game, literal([0, 0], [2], 'i32'))
    return [generator, discriminator].map(({ parameters }) =>
      Object.values(parameters)
        .map(({ shape }) => shape)
        .filter(({ length }) => length === 2),
    )
  }

  it('are its own where nothing is told', () => {
    expect(shapesWith()).toEqual(shapesWith({ latent: 100, adam: {} }))
    expect(shapesWith()[0].map(([units]) => units)).toEqual([100, 256, 512, 1024])
  })

  it('make another game', () => {
    const told = { latent: 3, generator: { units: [7, 8] }, discriminator: { units: [6] } } as const
    expect(shapesWith(told)).toEqual([
      [
        [3, 7],
        [7, 8],
        [8, 20],
      ],
      [
        [20, 6],
        [6, 1],
      ],
    ])
    const { penalties, averageDecay } = mlp.game({
      ...mlp.defaults,
      dataShape,
      settings: { gamma: 0, average: { decay: 0 } },
    }).settings
    expect({ penalties, averageDecay }).toEqual({ penalties: [], averageDecay: null })
  })

  it.each<[unknown, string]>([
    [{ latnt: 3 }, 'game.latnt is nothing that the recipe mlp can be told; did you mean game.latent?'],
    [{ units: [3] }, 'game.units is nothing that the recipe mlp can be told; did you mean game.generator.units?'],
    [{ adam: { beta: 0 } }, 'game.adam.beta is nothing that the recipe mlp can be told; did you mean game.adam.beta1?'],
    [
      { adam: { nesterov: true } },
      'game.adam.nesterov is nothing that the recipe mlp can be told; known are game.adam.beta1, game.adam.beta2.',
    ],
    [{ latent: 1.5 }, 'game.latent takes a whole number from 1 to 4096, not 1.5.'],
    [{ latent: '64' }, 'game.latent takes a whole number from 1 to 4096, not "64".'],
    [
      { generator: { units: [256, 0] } },
      'game.generator.units takes a list of 1 to 8 values, each a whole number from 1 to 16384, not [256, 0].',
    ],
    [{ adam: { beta2: 1 } }, 'game.adam.beta2 takes a number from 0 to below 1, not 1.'],
    [{ generator: 256 }, 'game.generator takes a group of settings (units), not 256.'],
    [{ latent: { of: 3 } }, 'game.latent takes a whole number from 1 to 4096, not a group (of).'],
    [{ 'a\nb': 3 }, 'game."a\\nb" is nothing that the recipe mlp can be told;'],
  ])('are refused: %j', (told, sentence) => {
    expect(() => gameWith(mlp as Recipe, told)).toThrow(UserError)
    expect(() => gameWith(mlp as Recipe, told)).toThrow(sentence)
  })
})
