import { decodeSafetensors, encodeSafetensors } from '../files/safetensors.ts'
import type { Picture } from '../files/picture.ts'
import { tensorsOf, restoreState } from '../runs/folder/checkpoint.ts'
import type { GameState } from '../gan/game/game.ts'
import type { SampleOptions } from '../gan/sampling/sampler.ts'
import type { Trainer } from '../gan/training/trainer.ts'
import { composeGrid } from '../runs/samples/image-grid.ts'
import type { GridOptions } from '../runs/samples/image-grid.ts'
import { imagesOf } from '../runs/samples/sample-images.ts'
import { UserError } from '../tensor/errors.ts'

/** Which samples a picture shows, and how they are laid out. */
export interface SamplePictureOptions extends SampleOptions, GridOptions {
  /** Which samples: a whole number in [0, 2^53); default 0. */
  readonly seed?: number
}

/** A trainer that can show and keep what it has learned. */
export interface PicturingTrainer<State extends GameState = GameState> extends Trainer<State> {
  /** A picture of `count` samples (default 64) in rows. Throws a UserError in games whose samples are no images. */
  samplePicture(count?: number, options?: SamplePictureOptions): Promise<Picture>
  /** The whole state as the bytes of a safetensors file: training goes on from it bit for bit, with the same game and data. */
  stateBytes(): Uint8Array
  /** Takes on a state that `stateBytes` gave, or none of it with a UserError where it is another game's. */
  takeState(bytes: Uint8Array, name?: string): void
}

const format = 'forger state 1'

export function picturing<State extends GameState>(trainer: Trainer<State>): PicturingTrainer<State> {
  // Not a copy: the program of a trainer is that of its present stage.
  return Object.assign(trainer, {
    async samplePicture(
      count = 64,
      { seed = 0, columns, scale, gap, background, ...options }: SamplePictureOptions = {},
    ) {
      const grid = Object.entries({ columns, scale, gap, background }).filter(([, value]) => value !== undefined)
      return composeGrid(imagesOf(await trainer.sample(count, seed, options), trainer.game), Object.fromEntries(grid))
    },
    stateBytes: () =>
      encodeSafetensors({ tensors: tensorsOf(trainer), metadata: { format, step: String(trainer.step()) } }),
    takeState(bytes: Uint8Array, name = 'The saved state') {
      const { metadata, tensors } = decodeSafetensors(bytes, name)
      if (metadata.format !== format) {
        throw new UserError(
          `${name} is no state of a trainer; checkpoints of runs are opened by openSampler or resumeRun.`,
        )
      }
      restoreState(trainer, tensors, name)
    },
  })
}
