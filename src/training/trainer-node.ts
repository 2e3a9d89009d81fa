import { readFile } from 'node:fs/promises'
import { fileError } from '../files/file-error-node.ts'
import { writeWholeFile } from '../files/whole-file-node.ts'
import type { TrainingData } from '../gan/loading/example-table.ts'
import type { Game, GameState } from '../gan/game/game.ts'
import { createTrainer } from '../gan/training/trainer.ts'
import type { TrainerOptions } from '../gan/training/trainer.ts'
import type { Device } from '../runtime/device.ts'
import { picturing } from './picturing-trainer.ts'
import type { PicturingTrainer } from './picturing-trainer.ts'

/** A trainer in Node: its state is saved to files. */
export interface NodeTrainer<State extends GameState = GameState> extends PicturingTrainer<State> {
  /** Writes the whole state to a file (safetensors), whole or not at all. Throws a UserError where it cannot be written. */
  save(path: string): Promise<void>
}

/**
 * Puts the data and a fresh state on the device and compiles the training step: players, their gradients, the noise and
 * optimizers as one program. Throws a UserError where the game and the data do not fit together.
 * @param game from a recipe (`recipes.mlp.game(source)`), or of your own.
 * @param data a Source, or examples of any kind. What is read comes to the device when it is trained.
 */
export async function createNodeTrainer<State extends GameState>(
  device: Device,
  game: Game<State>,
  data: TrainingData,
  options?: TrainerOptions,
): Promise<NodeTrainer<State>> {
  const trainer = picturing(await createTrainer(device, game, data, options))
  return Object.assign(trainer, { save: (path: string) => writeWholeFile(path, trainer.stateBytes()) })
}

/**
 * A trainer that goes on from a saved state, bit for bit with the same game and data. Throws a UserError where the file cannot be read
 * or is another game's.
 */
export async function loadNodeTrainer<State extends GameState>(
  device: Device,
  game: Game<State>,
  data: TrainingData,
  path: string,
): Promise<NodeTrainer<State>> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error)
  })
  const trainer = await createNodeTrainer(device, game, data)
  trainer.takeState(bytes, path)
  return trainer
}
