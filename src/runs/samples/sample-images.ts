import { imageRangeOf } from '../../gan/game/game.ts'
import type { Game } from '../../gan/game/game.ts'
import type { GridImages } from './image-grid.ts'

/**
 * Samples of a game as images to look at: f32 [count, height, width, channels] in the game's range -> bytes. Numbers
 * outside of the range become the nearest byte.
 */
export function imagesOf(samples: Float32Array, game: Pick<Game, 'generation'>): GridImages {
  const [height, width, channels] = game.generation.sample.shape
  const images = Uint8ClampedArray.from(
    samples,
    imageRangeOf(game) === 'signed' ? (value) => (value + 1) * 127.5 : (value) => value * 255,
  )
  return { images: new Uint8Array(images.buffer), shape: [height, width, channels] }
}
