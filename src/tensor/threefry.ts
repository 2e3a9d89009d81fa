/**
 * Every random number: Threefry 4x32-20, a counter-based generator (Salmon, Moraes, Dror and Shaw: Parallel random
 * numbers: as easy as 1, 2, 3; SC 2011). This is the oracle; wasm/random.ts draws the same bits.
 *
 * - Key: (low word of the seed, high word, stream, 'Forg'). Counter: (block, step, purpose, 0), where the purpose is 0
 *   for numbers and 1 for the keys of a permutation. So a number depends on nothing but seed, stream, step and its index.
 * - A group of 16 numbers comes from four blocks, which stand in the four lanes of a vector: word w of block 4 g + l
 *   is number 16 g + 4 w + l.
 * - Uniform: the upper 24 of the 32 bits, times 2^-24: in [0, 1), exact in float32.
 * - Normal: Box and Muller's method on words 0 and 1 of a block, and on words 2 and 3. The first gives the radius
 *   sqrt(-2 ln u) with u = (upper 24 bits + 1) 2^-24 in (0, 1], so that ln is finite; the second gives the angle as a
 *   fraction of a turn. Radius times cosine stands where the first word stood, radius times sine where the second.
 */
import { UserError } from './errors.ts'

/** Four 32-bit words as numbers in [0, 2^32). */
export type Words = readonly [number, number, number, number]

/** Low and high word of a 64-bit seed. */
export type Seed = readonly [number, number]

/** 'Forg' in ASCII: the last word of every key. */
export const keyTag = 0x466f_7267
export const purposes = { numbers: 0, permutation: 1 }

/** How far words 1 and 3 are rotated in round r (modulo 8): table 2 of the paper, as in Random123. */
export const rotations: readonly (readonly [number, number])[] = [
  [10, 26],
  [11, 21],
  [13, 27],
  [23, 5],
  [6, 20],
  [17, 11],
  [25, 10],
  [18, 20],
]
export const rounds = 20
/** Makes the fifth word of the key schedule, so that it is not the plain exclusive or (Skein 1.3). */
export const keyParity = 0x1bd1_1bda

/** One block: the counter encrypted under the key. */
export function threefry(key: Words, counter: Words): Words {
  const schedule = [...key, keyParity ^ key[0] ^ key[1] ^ key[2] ^ key[3]]
  let [a, b, c, d] = counter
  const inject = (count: number) => {
    a = (a + schedule[count % 5]) | 0
    b = (b + schedule[(count + 1) % 5]) | 0
    c = (c + schedule[(count + 2) % 5]) | 0
    d = (d + schedule[(count + 3) % 5] + count) | 0
  }
  inject(0)
  for (let round = 0; round < rounds; round++) {
    const [first, second] = rotations[round % 8]
    a = (a + b) | 0
    b = rotate(b, first) ^ a
    c = (c + d) | 0
    d = rotate(d, second) ^ c
    ;[b, d] = [d, b]
    if (round % 4 === 3) inject((round + 1) / 4)
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0]
}

const rotate = (word: number, distance: number): number => (word << distance) | (word >>> (32 - distance))

/** The first `count` numbers' bits of a stream in a step. */
export function randomBits(seed: Seed, stream: number, step: number, count: number): Uint32Array {
  const bits = new Uint32Array(16 * Math.ceil(count / 16))
  for (let block = 0; 4 * block < bits.length; block++) {
    const words = threefry([seed[0], seed[1], stream, keyTag], [block, step, purposes.numbers, 0])
    const lane = block % 4
    words.forEach((word, w) => (bits[4 * (block - lane) + 4 * w + lane] = word))
  }
  return bits.subarray(0, count)
}

/** A uniform number in [0, 1) from 32 bits. */
export const uniformOf = (bits: number): number => (bits >>> 8) * 2 ** -24

/** Uniform numbers in [0, 1), multiples of 2^-24. */
export const randomUniform = (seed: Seed, stream: number, step: number, count: number): Float64Array =>
  Float64Array.from(randomBits(seed, stream, step, count), uniformOf)

/** Standard normal numbers; the largest magnitude is sqrt(48 ln 2) = 5.77. */
export function randomNormal(seed: Seed, stream: number, step: number, count: number): Float64Array {
  const bits = randomBits(seed, stream, step, 16 * Math.ceil(count / 16))
  return Float64Array.from({ length: count }, (_, index) => {
    const isSecond = (index >> 2) % 2 === 1
    const first = isSecond ? index - 4 : index
    const radius = Math.sqrt(-2 * Math.log(uniformOf(bits[first]) + 2 ** -24))
    const angle = 2 * Math.PI * uniformOf(bits[first + 4])
    return radius * (isSecond ? Math.sin(angle) : Math.cos(angle))
  })
}

/** How the 32-bit hash mixes: shift and multiply, alternating (the finalizer of MurmurHash3 by Appleby). */
export const mixing = { shifts: [16, 13, 16], factors: [0x85eb_ca6b, 0xc2b2_ae35] } as const

function mix(word: number): number {
  const { shifts, factors } = mixing
  const once = Math.imul(word ^ (word >>> shifts[0]), factors[0])
  const twice = Math.imul(once ^ (once >>> shifts[1]), factors[1])
  return twice ^ (twice >>> shifts[2])
}

/**
 * What stands at `position` in a shuffled 0 ... total - 1: a bijection that is keyed by (seed, stream, epoch).
 *
 * A Feistel network of eight rounds over the fewest bits, an even number, that can hold total - 1 (Luby and Rackoff
 * 1988), applied again until the result is below the total, which takes fewer than four turns on average (cycle walking:
 * Black and Rogaway 2002). The round keys are the words of blocks 0 and 1.
 *
 * @throws UserError unless 0 <= position < total <= 2^31
 */
export function permute(seed: Seed, stream: number, epoch: number, total: number, position: number): number {
  if (!(position >= 0 && position < total && total <= 2 ** 31)) {
    throw new UserError(`A shuffled order of ${total} has no position ${position}: expected 0 to ${total - 1}.`)
  }
  const keys = [0, 1].flatMap((block) =>
    threefry([seed[0], seed[1], stream, keyTag], [block, epoch, purposes.permutation, 0]),
  )
  const halfBits = Math.max(1, (33 - Math.clz32(total - 1)) >> 1)
  const mask = 2 ** halfBits - 1
  let value = position
  do {
    let left = value >>> halfBits
    let right = value & mask
    for (const key of keys) [left, right] = [right, left ^ (mix(right ^ key) & mask)]
    value = ((left << halfBits) | right) >>> 0
  } while (value >= total)
  return value
}
