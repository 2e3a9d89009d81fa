import type { FieldValues } from '../../data/field-columns.ts'
import { write } from '../../runtime/device.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { permute } from '../../tensor/threefry.ts'
import type { Variables } from '../../tensor/tree.ts'
import { mapRecord } from '../examples/batch.ts'
import type { ExampleTable } from './example-table.ts'
import type { Game } from '../game/game.ts'
import { wordsOf } from '../examples/seed.ts'
import { streams } from '../examples/streams.ts'

/** The training examples on a device. */
export interface DataLoader {
  /** All examples, or a shard of them: each field [n, ...]. */
  readonly columns: Variables
  /** Puts the examples of a step in place; gives for how many steps they are, that one and those behind it. */
  ready(step: number): Promise<number>
}

/**
 * Puts all examples on the device, or makes room for a shard at a time. Throws a UserError where the data is too large for the
 * game.
 */
export function openLoader(device: Device, game: Game, table: ExampleTable, seed: number): DataLoader {
  if (table.mostHeld !== null) return shardLoader(device, game, table, table.mostHeld, seed)
  const placed = placeFor(device, table, table.count)
  for (const [name, { values }] of Object.entries(table.columns)) write(device, placed[name], values ?? [])
  return { columns: mapRecord(placed, ({ tensor }) => tensor), ready: async () => Infinity }
}

const placeFor = (device: Device, { columns }: ExampleTable, count: number): Readonly<Record<string, Variable>> =>
  mapRecord(columns, ({ field, dtype }, name) => device.variable(`examples.${name}`, [count, ...field.shape], dtype))

/**
 * A shard is as many whole steps' examples as may be held. All epochs, each in a shuffled order of its own, stand one behind the
 * other; shard s holds what stands at s * size to (s + 1) * size - 1, and the step shuffles it once more. So what a step sees depends on
 * seed and step alone. While one shard is learned from, the next one is read.
 */
function shardLoader(device: Device, game: Game, table: ExampleTable, mostHeld: number, seed: number): DataLoader {
  const { count, columns } = table
  const perStep = game.batch * game.minibatches
  const steps = Math.floor(mostHeld / perStep)
  if (steps < 1) {
    throw new UserError(
      `A step learns from ${perStep} samples, but at most ${mostHeld} of this data may be held; make the ` +
        'batch smaller, or give more memory by FORGER_DATA_MEMORY.',
    )
  }
  const { prior } = game.generation
  if (prior?.drawsSamples) {
    throw new UserError(
      `The prior ${prior.name} starts from any of the training samples, which are more than may be held; use fewer ` +
        'or smaller ones, or give more memory by FORGER_DATA_MEMORY.',
    )
  }
  const size = steps * perStep
  const placed = placeFor(device, table, size)
  const load = async (index: number) => {
    const rows = await rowsOfShard(seed, count, size, index)
    const values = await Promise.all(
      Object.entries(columns).map(async ([name, { read }]): Promise<[string, FieldValues]> => [name, await read(rows)]),
    )
    return { index, values }
  }
  let present = -1
  let next: { readonly index: number; readonly loading: ReturnType<typeof load> } | null = null
  return {
    columns: mapRecord(placed, ({ tensor }) => tensor),
    async ready(step) {
      const index = Math.floor(step / steps)
      if (index !== present) {
        const { values } = await (next?.index === index ? next.loading : load(index))
        for (const [name, numbers] of values) write(device, placed[name], numbers)
        present = index
        next = { index: index + 1, loading: load(index + 1) }
        // Whoever waits for it gets the error; it may never be needed.
        next.loading.catch(() => {})
      }
      return steps - (step % steps)
    },
  }
}

/** Shuffling goes on for so many examples before other work has its turn. */
const pause = 8192

/** Which examples are in a shard, in ascending order. */
export async function rowsOfShard(seed: number, count: number, size: number, index: number): Promise<Uint32Array> {
  const rows = new Uint32Array(size)
  for (let at = 0; at < size; at++) {
    const place = index * size + at
    rows[at] = permute(wordsOf(seed), streams.shards, Math.floor(place / count), count, place % count)
    if (at % pause === pause - 1) await new Promise((resolve) => setTimeout(resolve))
  }
  return rows.toSorted()
}
