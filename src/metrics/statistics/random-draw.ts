import { randomUniform } from '../../tensor/threefry.ts'
import type { Seed } from '../../tensor/threefry.ts'
import type { Rows } from './rows.ts'

/** Low and high word of a seed that is a whole number. */
const wordsOf = (seed: number): Seed => [seed | 0, Math.floor(seed / 2 ** 32) | 0]

/**
 * `count` different numbers of 0 ... total - 1 in random order (Fisher and Yates's shuffle, ended early). Equal seeds, streams and
 * turns give equal numbers.
 */
export function draw(seed: number, stream: number, turn: number, total: number, count: number): Int32Array {
  const order = Int32Array.from({ length: total }, (_, index) => index)
  const random = randomUniform(wordsOf(seed), stream, turn, count)
  for (let place = 0; place < count; place++) {
    const other = place + Math.floor(random[place] * (total - place))
    const chosen = order[other]
    order[other] = order[place]
    order[place] = chosen
  }
  return order.subarray(0, count)
}

/** The rows at these places, as a copy. */
export function pickRows({ values, size }: Rows, places: Int32Array): Rows {
  const picked = new Float32Array(places.length * size)
  places.forEach((place, i) => picked.set(values.subarray(place * size, (place + 1) * size), i * size))
  return { values: picked, count: places.length, size }
}
