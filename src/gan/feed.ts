import { write } from '../runtime/device.ts'
import type { Device, Variable } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { permute } from '../tensor/threefry.ts'
import type { Game } from './game.ts'
import { wordsOf } from './seed.ts'
import { streams } from './streams.ts'

/**
 * Real samples as the trainer takes them: images, bytes [count, ...] that become the game's data range, or finished numbers;
 * points, which are finished numbers; or a store of more images than can be held. A Source is one of them.
 */
export type TrainingData = SampleFacts & (HeldImages | HeldPoints | StoredImages)

export interface SampleFacts {
  /** How many samples there are. */
  readonly count: number
  /** The class of each, 0 ... classes - 1, for games with classes; null or left out where nobody knows. */
  readonly labels?: ArrayLike<number> | null
}

export interface HeldImages {
  /** One sample after the other, as in a Source. */
  readonly images: Uint8Array | Float32Array
}

export interface HeldPoints {
  /** One sample after the other. */
  readonly points: Float32Array
}

export interface StoredImages {
  /** Bytes of images that are read when they are needed. */
  readonly store: {
    /** How many of them may be on the device at a time. */
    readonly mostHeld: number
    /** The images of these numbers, which ascend, one after the other. */
    read(rows: ArrayLike<number>): Promise<Uint8Array>
  }
}

/** The training samples on a device. */
export interface Feed {
  /** All samples, or a part of them: [n, ...], u8 or f32. */
  readonly samples: Variable
  /** Their classes, i32 [n]; null where there are none. */
  readonly labels: Variable | null
  /** Puts the samples of a step in place; gives for how many steps they are, that one and those behind it. */
  ready(step: number): Promise<number>
}

/**
 * Puts all samples on the device, or makes room for a part at a time: see windowFeed. Throws a UserError where the data is
 * too large for the game.
 * @param labels the class of each sample, checked; null where there are none.
 */
export function openFeed(
  device: Device,
  game: Game,
  data: TrainingData,
  labels: ArrayLike<number> | null,
  seed: number,
): Feed {
  if ('store' in data) return windowFeed(device, game, data, labels, seed)
  const values = 'points' in data ? data.points : data.images
  const feed = placeFor(device, game, data.count, values instanceof Uint8Array ? 'u8' : 'f32', labels !== null)
  write(device, feed.samples, values)
  if (feed.labels && labels) write(device, feed.labels, labels)
  return { ...feed, ready: async () => Infinity }
}

const placeFor = (device: Device, { dataShape }: Game, count: number, type: 'u8' | 'f32', isLabeled: boolean) => ({
  samples: device.variable('images', [count, ...dataShape], type),
  labels: isLabeled ? device.variable('labels', [count], 'i32') : null,
})

/**
 * A window of the samples, of as many whole steps as may be held. All epochs, each in a shuffled order of its own, stand one
 * behind the other; window w holds what stands at w * size to (w + 1) * size - 1, and the step shuffles it once more. So
 * what a step sees depends on seed and step alone. While one window is learned from, the next one is read.
 */
function windowFeed(
  device: Device,
  game: Game,
  { store, count }: SampleFacts & StoredImages,
  labels: ArrayLike<number> | null,
  seed: number,
): Feed {
  const samplesPerStep = game.batch * game.discriminatorSteps
  const steps = Math.floor(store.mostHeld / samplesPerStep)
  if (steps < 1) {
    throw new UserError(
      `A step learns from ${samplesPerStep} samples, but at most ${store.mostHeld} of this data may be held; make the ` +
        'batch smaller, or give more memory by FORGER_DATA_MEMORY.',
    )
  }
  if (game.prior.fromData) {
    throw new UserError(
      `The prior ${game.prior.name} starts from any of the training samples, which are more than may be held; use fewer ` +
        'or smaller ones, or give more memory by FORGER_DATA_MEMORY.',
    )
  }
  const size = steps * samplesPerStep
  const feed = placeFor(device, game, size, 'u8', labels !== null)
  const load = async (index: number) => {
    const rows = await rowsOfWindow(seed, count, size, index)
    return { index, rows, images: await store.read(rows) }
  }
  let present = -1
  let next: { readonly index: number; readonly loading: ReturnType<typeof load> } | null = null
  return {
    ...feed,
    async ready(step) {
      const index = Math.floor(step / steps)
      if (index !== present) {
        const { rows, images } = await (next?.index === index ? next.loading : load(index))
        write(device, feed.samples, images)
        if (feed.labels && labels) {
          write(
            device,
            feed.labels,
            Array.from(rows, (row) => labels[row]),
          )
        }
        present = index
        next = { index: index + 1, loading: load(index + 1) }
        // Whoever asks for it is told; nobody may ever.
        next.loading.catch(() => {})
      }
      return steps - (step % steps)
    },
  }
}

/** Shuffling goes on for so many samples before it lets others have the thread. */
const pause = 8192

/** Which samples are in a window, in ascending order. */
export async function rowsOfWindow(seed: number, count: number, size: number, index: number): Promise<Uint32Array> {
  const rows = new Uint32Array(size)
  for (let at = 0; at < size; at++) {
    const place = index * size + at
    rows[at] = permute(wordsOf(seed), streams.windows, Math.floor(place / count), count, place % count)
    if (at % pause === pause - 1) await new Promise((resolve) => setTimeout(resolve))
  }
  return rows.toSorted()
}
