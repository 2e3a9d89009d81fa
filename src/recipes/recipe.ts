import * as z from 'zod'
import { classesOf } from '../data/classes.ts'
import { meanOf } from '../data/image-mean.ts'
import { fieldsBeside } from '../data/source.ts'
import type { Source } from '../data/source.ts'
import type { Game } from '../gan/game/game.ts'
import { twoPlayerGame } from '../gan/players/two-player-game.ts'
import type { TwoPlayerGame } from '../gan/players/two-player-game.ts'
import type { TwoPlayerSettings } from '../gan/players/two-player.ts'
import type { Fields } from '../tensor/fields.ts'
import type { SettingsShape } from './kinds.ts'
import { readSettings } from './read-settings.ts'

/** What a recipe's numbers are unless a run says otherwise. */
export interface RecipeDefaults {
  /** Samples in a minibatch. */
  readonly batch: number
  /** Of both players; where it falls over time, the one at the start. */
  readonly learningRate: number
  /** Updates of the discriminator per step. */
  readonly discriminatorSteps: number
  /** A run that is not told when to end does so after this many steps, or after `minutes`, whichever is first. */
  readonly steps: number
  /** Minutes of training; see `steps`. */
  readonly minutes: number
}

/** What every game is made for. */
export interface GameOptions extends Pick<RecipeDefaults, 'batch' | 'learningRate' | 'discriminatorSteps'> {
  /**
   * The shape of one sample: [height, width, channels] of an image, whose numbers have bounds, or [coordinates] of a point,
   * whose numbers have none.
   */
  readonly dataShape: TwoPlayerSettings['dataShape']
  /** How many classes the samples belong to; null or left out where that is unknown. */
  readonly classes?: number | null
  /** What one example of the data consists of, for games that take more than samples and classes. */
  readonly fields?: Fields
  /**
   * Gives the mean of every number of an image over all samples, from 0 to 255, for recipes that begin there; null or left
   * out where nobody knows.
   */
  readonly dataMean?: (() => ArrayLike<number>) | null
}

/** What a game is made for, and what its recipe is told beyond that. */
export interface RecipeOptions<Settings = Readonly<Record<string, unknown>>> extends GameOptions {
  /** Those settings of the recipe that are to be others than its own. */
  readonly settings?: Settings
}

/** What a game is made for, taken from data: the recipe's own numbers but for those that are given. */
export interface SourceOptions<Settings = Readonly<Record<string, unknown>>> extends Partial<
  Pick<GameOptions, 'batch' | 'learningRate' | 'discriminatorSteps'>
> {
  /** What it learns from, as `loadSource` and `datasets` give it. */
  readonly source: Source
  /** Those settings of the recipe that are to be others than its own. */
  readonly settings?: Settings
}

/** What a recipe makes a game of: data alone, data with other numbers or settings, or everything by hand. */
export type RecipeInput<Settings = Readonly<Record<string, unknown>>> =
  | Source
  | SourceOptions<Settings>
  | RecipeOptions<Settings>

/** A complete named system: a game with its settings. */
export interface Recipe<Shape extends SettingsShape = SettingsShape, Made extends Game = Game> {
  /** Its name in the table of recipes and on the command line. */
  readonly name: string
  /** One line for lists and help. */
  readonly summary: string
  /** Numbers that it learns well with, to spread into the options of `game`. */
  readonly defaults: RecipeDefaults
  /** What it learns from by default, as `--data` names it. */
  readonly data: string
  /** Everything else that can be set, with types, limits, defaults and descriptions. */
  readonly settings: z.ZodObject<z.core.util.Writeable<Shape>, z.core.$strict>
  /**
   * The game for that data: `recipes.mlp.game(source)`. Throws a UserError where a setting is unknown or wrong, or the game cannot be
   * played with these samples.
   */
  game(data: RecipeInput<SettingsInput<z.input<Recipe<Shape>['settings']>>>): Made
}

/** Settings as people may write them: lists and groups that are not changed. */
export type SettingsInput<T> = T extends object ? { readonly [name in keyof T]: SettingsInput<T[name]> } : T

/** What a recipe's file says. */
export interface RecipeText<Shape extends SettingsShape, Made extends Game | TwoPlayerParts> extends Pick<
  Recipe<Shape>,
  'name' | 'summary' | 'defaults'
> {
  /** What it learns from by default; 'mnist' unless given. */
  readonly data?: string
  /** What can be set, each with a default and a description. */
  readonly settings: Shape
  /**
   * The method: a game, or the parts of a two-player one. What parts do not say of the game's numbers is as `options` have it.
   */
  game(options: GameOptions, settings: z.output<Recipe<Shape>['settings']>): Made
}

/** What a game takes over from what it is made for. */
export type PassedOn = Pick<TwoPlayerSettings, 'batch' | 'dataShape' | 'discriminatorSteps'>

/** The parts of a game of two players. */
export type TwoPlayerParts = Omit<TwoPlayerSettings, keyof PassedOn> & Partial<PassedOn>

/** The game that is made of what a recipe's file gives. */
export type GameOf<Made extends Game | TwoPlayerParts> = Made extends Game ? Made : TwoPlayerGame

/**
 * Makes a recipe that checks and completes its settings before it uses them. A file that exports one by default can be trained
 * by its path: `forger train ./own-recipe.ts`.
 */
export function recipe<Shape extends SettingsShape, Made extends Game | TwoPlayerParts>(
  text: RecipeText<Shape, Made>,
): Recipe<Shape, GameOf<Made>>
export function recipe<Shape extends SettingsShape>({
  game,
  settings: shape,
  data = 'mnist',
  ...rest
}: RecipeText<Shape, Game | TwoPlayerParts>): Recipe<Shape> {
  const settings = z.strictObject(shape)
  const whom = () => `the recipe ${rest.name}`
  return {
    ...rest,
    data,
    settings,
    game(input) {
      const { settings: told = {}, ...options } = optionsOf(input, rest.defaults)
      const { batch, dataShape, discriminatorSteps } = options
      const made = game(options, readSettings(settings, told, { whom, under: ['game'] }))
      return 'stages' in made ? made : twoPlayerGame({ batch, dataShape, discriminatorSteps, ...made })
    },
  }
}

function optionsOf(input: RecipeInput, defaults: RecipeDefaults): RecipeOptions {
  if ('fingerprint' in input) return { ...defaults, ...factsOf(input) }
  if (!('source' in input)) return input
  const { source, ...changes } = input
  return { ...defaults, ...factsOf(source), ...changes }
}

/** What a game is made for, but for its numbers. */
export type SourceFacts = Pick<GameOptions, 'dataShape' | 'classes' | 'fields' | 'dataMean'>

/** That of a source. */
export const factsOf = (source: Source): SourceFacts => ({
  dataShape: source.shape,
  classes: classesOf(source)?.count ?? null,
  fields: fieldsBeside(source),
  // Of images that are not all in memory, a mean would cost a pass over the disk.
  dataMean: source.kind === 'images' ? () => meanOf(source) : null,
})
