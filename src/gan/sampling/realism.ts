import { compile } from '../../runtime/compile.ts'
import { readFloats, write } from '../../runtime/device.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { mapRecord } from '../examples/batch.ts'
import type { Game, GameState } from '../game/game.ts'

/**
 * How real a game takes samples for, a number each: the higher, the more real. Samples are [count, ...shape], in the data's range.
 * In games with classes, each is taken for one of the class that `labelOf` gives.
 */
export type RealismScorer = (samples: Float32Array, labelOf: (sample: number) => number) => Promise<Float32Array>

/** Samples are shown this many at a time. */
const block = 100

/**
 * A scorer for a state on the device, as it is at any time; compiled when it is first used. Null where the game has no opinion,
 * or one that depends on more than classes.
 */
export function createRealismScorer<State extends GameState>(
  device: Device,
  game: Game<State>,
  state: State,
): RealismScorer | null {
  const { generation } = game
  const realism = game.realism?.bind(game)
  if (realism === undefined || Object.keys(generation.given).some((name) => name !== 'class')) return null
  const { shape } = generation.sample
  const size = sizeOf(shape)
  const prepare = async () => {
    const shown = device.variable('scoredSamples', [block, ...shape])
    const given: Readonly<Record<string, Variable>> = mapRecord(generation.given, (field, name) =>
      device.variable(`scored.${name}`, [block, ...field.shape], 'i32'),
    )
    const scores = device.variable('scores', [block])
    const tensors = mapRecord(given, ({ tensor }) => tensor)
    const program = await compile(device, { updates: [[scores, realism(state, shown.tensor, tensors)]], report: {} })
    return { shown, given, scores, program }
  }
  let prepared: ReturnType<typeof prepare> | undefined
  return async (samples, labelOf) => {
    const { shown, given, scores, program } = await (prepared ??= prepare())
    const all = new Float32Array(samples.length / size)
    for (let first = 0; first < all.length; first += block) {
      const some = new Float32Array(block * size)
      some.set(samples.subarray(first * size, Math.min(first + block, all.length) * size))
      write(device, shown, some)
      const wanted = (_: unknown, at: number) => labelOf(Math.min(first + at, all.length - 1))
      for (const variable of Object.values(given)) write(device, variable, Int32Array.from({ length: block }, wanted))
      await program.run()
      all.set(readFloats(device, scores.tensor).subarray(0, all.length - first), first)
    }
    return all
  }
}
