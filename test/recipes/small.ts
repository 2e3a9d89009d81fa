import { createTrainer } from '../../src/gan/training/trainer.ts'
import type { Trainer } from '../../src/gan/training/trainer.ts'
import type { Game } from '../../src/gan/game/game.ts'
import { initialState } from '../../src/gan/players/initial-state.ts'
import { streams } from '../../src/gan/examples/streams.ts'
import { twoPlayerGame } from '../../src/gan/players/two-player-game.ts'
import { exampleOf, imitatedBy } from '../../src/gan/players/two-player.ts'
import type { TwoPlayerSettings, TwoPlayerState } from '../../src/gan/players/two-player.ts'
import { randomness } from '../../src/nn/layer.ts'
import { recipes } from '../../src/recipes/index.ts'
import type { Recipe } from '../../src/recipes/index.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { constant, literal } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Shape } from '../../src/tensor/tensor.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

const { cycle: _, ...ofTwoPlayers } = recipes

/** Every recipe of two players. The others have tests of their own. */
export const all: Recipe[] = Object.values(ofTwoPlayers)

/** Settings that make a recipe fast. */
const smallSettings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  mlp: { latent: 5, generator: { units: [12] }, discriminator: { units: [9] } },
  points: { latent: 5, generator: { units: [12] }, discriminator: { units: [9], waves: 3 } },
  conditional: { latent: 5, generator: { units: [12] }, discriminator: { units: [9] } },
  dcgan: { latent: 5, width: 3 },
  r3gan: { latent: 5, width: 3 },
  'wgan-gp': { latent: 5, width: 3 },
  sngan: { latent: 5, width: 3 },
  paper: { latent: 5, units: 150, maxout: { units: 80, pieces: 3 } },
}

export const classes = 3

/** The settings of a small game of a recipe for samples of that shape, with other settings where they are told. */
export const smallGame = (
  recipe: Recipe,
  dataShape: Shape,
  settings: Readonly<Record<string, unknown>> = {},
): TwoPlayerSettings =>
  settingsOf(
    recipe.game({
      ...recipe.defaults,
      batch: 4,
      dataShape,
      classes,
      dataMean: () => Array.from({ length: sizeOf(dataShape) }, (_, place) => (place * 37) % 256),
      settings: { ...smallSettings[recipe.name], ...settings },
    }),
  )

/** What a game of two players is made of. */
function settingsOf(game: Game & { readonly settings?: TwoPlayerSettings }): TwoPlayerSettings {
  if (game.settings === undefined) throw new Error('a game of other players')
  return game.settings
}

/** The shape of one latent. */
export const latentShapeOf = (settings: TwoPlayerSettings): Shape =>
  settings.prior.shape({ example: exampleOf(settings), imitates: imitatedBy(settings) })

/** On one thread, with bytes that look like nothing and classes in turn. */
export function train(settings: TwoPlayerSettings, count = 8): Promise<Trainer> {
  const size = sizeOf(settings.dataShape)
  const images = Uint8Array.from({ length: count * size }, (_, index) => (index * index * 41 + index) % 256)
  const labels = Array.from({ length: count }, (_, index) => index % classes)
  return createTrainer(
    createDevice(inlineEngine(), { strict: true }),
    twoPlayerGame(settings),
    { images, labels, count },
    { seed: 1 },
  )
}

/** The shapes of a player's parameters, by their names. */
export const shapesOf = (settings: TwoPlayerSettings, player: 'generator' | 'discriminator'): Record<string, Shape> =>
  Object.fromEntries(
    Object.entries(first(settings)[player].parameters).map(([name, { shape }]): [string, Shape] => [name, shape]),
  )

export const first = (settings: TwoPlayerSettings): TwoPlayerState =>
  initialState(
    settings,
    randomness({ seed: literal([0, 0], [2], 'i32'), step: constant(0, 'i32') }, streams.initialState),
  )

export const countOf = (settings: TwoPlayerSettings, player: 'generator' | 'discriminator'): number =>
  Object.values(shapesOf(settings, player)).reduce((sum, shape) => sum + sizeOf(shape), 0)
