import { fetchFile } from '../files/fetch-file.ts'
import type { Game, GameState } from '../gan/game/game.ts'
import type { TrainingData } from '../gan/loading/example-table.ts'
import { createTrainer } from '../gan/training/trainer.ts'
import type { TrainerOptions } from '../gan/training/trainer.ts'
import type { Device } from '../runtime/device.ts'
import { picturing } from './picturing-trainer.ts'
import type { PicturingTrainer } from './picturing-trainer.ts'

/** A trainer in a page: its state is saved as bytes, to be kept or downloaded. */
export interface PageTrainer<State extends GameState = GameState> extends PicturingTrainer<State> {
  /** The whole state as a file for a download or for the page's own storage. */
  save(): Promise<Blob>
}

/** See `createTrainer` of Node; `save` gives a file. */
export async function createPageTrainer<State extends GameState>(
  device: Device,
  game: Game<State>,
  data: TrainingData,
  options?: TrainerOptions,
): Promise<PageTrainer<State>> {
  const trainer = picturing(await createTrainer(device, game, data, options))
  return Object.assign(trainer, { save: async () => new Blob([Uint8Array.from(trainer.stateBytes())]) })
}

/**
 * A trainer that goes on from a saved state, with the same game and data. Throws a UserError where the state cannot be fetched or is
 * another game's.
 * @param saved what `save` gave, or the address of it.
 */
export async function loadPageTrainer<State extends GameState>(
  device: Device,
  game: Game<State>,
  data: TrainingData,
  saved: Blob | string | URL,
): Promise<PageTrainer<State>> {
  const trainer = await createPageTrainer(device, game, data)
  if (saved instanceof Blob) trainer.takeState(new Uint8Array(await saved.arrayBuffer()))
  else trainer.takeState(new Uint8Array(await (await fetchFile(saved)).arrayBuffer()), String(saved))
  return trainer
}
