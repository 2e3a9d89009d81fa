import type { Game } from '../gan/game.ts'

/** What a recipe's numbers are unless a run says otherwise. */
export interface RecipeDefaults {
  readonly batch: number
  readonly learningRate: number
  /** Updates of the discriminator per step. */
  readonly discriminatorSteps: number
  /** A run that is not told when to end does so after this many steps or minutes of training, whichever is first. */
  readonly steps: number
  readonly minutes: number
}

/** What a game is made for. */
export interface RecipeOptions extends Pick<RecipeDefaults, 'batch' | 'learningRate' | 'discriminatorSteps'> {
  /** The shape of one image: [height, width, channels]. */
  readonly dataShape: readonly [height: number, width: number, channels: number]
  /** How many steps are planned, for schedules that stretch over them; null where nobody knows. */
  readonly steps: number | null
}

/** A complete named system: players, objective, penalties, prior and optimizers. */
export interface Recipe {
  readonly name: string
  /** One line for lists and help. */
  readonly summary: string
  readonly defaults: RecipeDefaults
  game(options: RecipeOptions): Game
}
