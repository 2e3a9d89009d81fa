/**
 * The random numbers of tensor/threefry.ts in WebAssembly: the same bits and uniform numbers, the same permutations,
 * and normal numbers to within float32. What each number is, that file says.
 */
import { keyParity, keyTag, mixing, purposes, rotations, rounds } from '../tensor/threefry.ts'
import {
  block,
  br,
  brIf,
  f32x4,
  forRange,
  get,
  i32,
  i32x4,
  i32x4Lanes,
  ifElse,
  lane,
  loop,
  op,
  seq,
  set,
  store,
  storeLane,
  tee,
} from './emit.ts'
import type { Code, FunctionContext, FunctionHandle, Local, Module } from './emit.ts'
import { circle, logOfNormal } from './math.ts'
import type { MultiplyAdd, VectorWriter } from './math.ts'

export type Distribution = 'bits' | 'uniform' | 'normal'

/** Numbers that one turn of the cipher gives: four words in each of four lanes. */
const groupSize = 16

/**
 * Adds a function (address, count, seedLow, seedHigh, stream, step, firstIndex), all i32, that writes `count` numbers
 * (i32 for bits, else f32) from `address` on: those that stand at firstIndex, firstIndex + 1, ... of the stream.
 * firstIndex is a multiple of 16, so that several threads can each fill a piece.
 */
export function fillFunction(module: Module, distribution: Distribution, madd: MultiplyAdd): FunctionHandle {
  const params = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const
  return module.function(`fill ${distribution}`, { params, results: [] }, (f) => {
    const [address, count, seedLow, seedHigh, stream, step, firstIndex] = f.params
    const cipher = threefry(f, { seedLow, seedHigh, stream, step, purpose: purposes.numbers })
    const first = f.local('i32')
    return seq(
      cipher.schedule,
      set(first, op('i32.shr_u', get(firstIndex), i32(2))),
      block(
        loop(
          seq(
            brIf(1, op('i32.le_s', get(count), i32(0))),
            cipher.blocks(get(first)),
            shape[distribution]({ local: f.local, madd }, cipher.words),
            ifElse(
              op('i32.ge_s', get(count), i32(groupSize)),
              seq(...cipher.words.map((word, w) => store('v128.store', get(address), get(word), 16 * w))),
              storeFirst(address, count, cipher.words),
            ),
            set(address, op('i32.add', get(address), i32(4 * groupSize))),
            set(count, op('i32.sub', get(count), i32(groupSize))),
            set(first, op('i32.add', get(first), i32(4))),
            br(0),
          ),
        ),
      ),
    )
  })
}

/** Writes the first `count` numbers of a group. */
function storeFirst(address: Local, count: Local, words: readonly Local[]): Code {
  const lanes = words.flatMap((word, w) =>
    [0, 1, 2, 3].map((l) =>
      seq(
        brIf(0, op('i32.le_s', get(count), i32(4 * w + l))),
        storeLane('v128.store32_lane', l, get(address), get(word), 16 * w + 4 * l),
      ),
    ),
  )
  return block(seq(...lanes))
}

/** What becomes of the bits in four words, in place. */
const shape: Record<Distribution, (writer: VectorWriter, words: readonly Local[]) => Code> = {
  bits: () => seq(),
  uniform: (_, words) => seq(...words.map((word) => set(word, fraction(upperBits(word))))),
  normal: (writer, [a, b, c, d]) => seq(boxMuller(writer, a, b), boxMuller(writer, c, d)),
}

const upperBits = (word: Local): Code => op('i32x4.shr_u', get(word), i32(8))
const fraction = (integer: Code): Code => op('f32x4.mul', op('f32x4.convert_i32x4_s', integer), f32x4(2 ** -24))

/** Two words of random bits become two normal numbers. */
function boxMuller(writer: VectorWriter, first: Local, second: Local): Code {
  const logarithm = logOfNormal(writer, first)
  const { setup, cosine, sine } = circle(writer, second)
  return seq(
    set(first, fraction(op('i32x4.add', upperBits(first), i32x4(1)))),
    set(first, op('f32x4.sqrt', op('f32x4.mul', logarithm, f32x4(-2)))),
    set(second, fraction(upperBits(second))),
    setup,
    set(second, op('f32x4.mul', get(first), sine)),
    set(first, op('f32x4.mul', get(first), cosine)),
  )
}

interface Stream {
  readonly seedLow: Local
  readonly seedHigh: Local
  readonly stream: Local
  readonly step: Local
  readonly purpose: number
}

/** Threefry 4x32-20 on four blocks at a time: one in each lane, one word of all four in each vector of `words`. */
function threefry(f: FunctionContext, { seedLow, seedHigh, stream, step, purpose }: Stream) {
  const words = Array.from({ length: 4 }, () => f.local('v128'))
  const keys = Array.from({ length: 5 }, () => f.local('v128'))
  const splat = (value: Code): Code => op('i32x4.splat', value)
  const add = (target: Local, value: Code): Code => set(target, op('i32x4.add', get(target), value))
  const [a, b, c, d] = words

  const inject = (count: number): Code =>
    seq(...words.map((word, w) => add(word, get(keys[(count + w) % 5]))), count === 0 ? seq() : add(d, i32x4(count)))
  const mixPair = (sum: Local, rotated: Local, distance: number): Code =>
    seq(add(sum, get(rotated)), set(rotated, op('v128.xor', rotateLanes(rotated, distance), get(sum))))
  const round = (r: number): Code => {
    const [first, second] = rotations[r % rotations.length]
    const [partnerOfA, partnerOfC] = r % 2 === 0 ? [b, d] : [d, b]
    const injection = r % 4 === 3 ? inject((r + 1) / 4) : seq()
    return seq(mixPair(a, partnerOfA, first), mixPair(c, partnerOfC, second), injection)
  }

  return {
    words,
    /** Prepares the keys; once. */
    schedule: seq(
      ...[get(seedLow), get(seedHigh), get(stream), i32(keyTag)].map((word, k) => set(keys[k], splat(word))),
      set(
        keys[4],
        keys.slice(0, 4).reduce((sum: Code, key) => op('v128.xor', sum, get(key)), i32x4(keyParity)),
      ),
    ),
    /** Fills `words` from blocks first, first + 1, first + 2 and first + 3. */
    blocks: (first: Code): Code =>
      seq(
        set(a, op('i32x4.add', splat(first), i32x4Lanes([0, 1, 2, 3]))),
        set(b, splat(get(step))),
        set(c, i32x4(purpose)),
        set(d, i32x4(0)),
        inject(0),
        ...Array.from({ length: rounds }, (_, r) => round(r)),
      ),
  }
}

const rotateLanes = (word: Local, distance: number): Code =>
  op('v128.or', op('i32x4.shl', get(word), i32(distance)), op('i32x4.shr_u', get(word), i32(32 - distance)))

/**
 * Adds a function (address, count, seedLow, seedHigh, stream, epoch, total, first), all i32, that writes what stands at
 * `count` positions of a shuffled 0 ... total - 1 as i32, from position `first` on and wrapping round at the end.
 * 1 <= total <= 2^31 - 1.
 */
export function permutationFunction(module: Module): FunctionHandle {
  const params = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const
  return module.function('fill permutation', { params, results: [] }, (f) => {
    const [address, count, seedLow, seedHigh, stream, epoch, total, first] = f.params
    const cipher = threefry(f, { seedLow, seedHigh, stream, step: epoch, purpose: purposes.permutation })
    const keys = Array.from({ length: 8 }, () => f.local('i32'))
    const [halfBits, mask, value, index] = Array.from({ length: 4 }, () => f.local('i32'))
    const position = op('i32.rem_u', op('i32.add', get(first), get(index)), get(total))
    const atLeastOne = tee(halfBits, op('i32.shr_u', op('i32.sub', i32(33), leadingZeros(total)), i32(1)))
    return seq(
      cipher.schedule,
      cipher.blocks(i32(0)),
      ...keys.map((key, k) => set(key, lane('i32x4.extract_lane', k >> 2, get(cipher.words[k % 4])))),
      set(halfBits, op('select', atLeastOne, i32(1), get(halfBits))),
      set(mask, op('i32.sub', op('i32.shl', i32(1), get(halfBits)), i32(1))),
      forRange(
        index,
        i32(0),
        get(count),
        1,
        seq(
          set(value, position),
          loop(
            seq(
              set(value, feistel(f, value, { keys, halfBits, mask })),
              brIf(0, op('i32.ge_u', get(value), get(total))),
            ),
          ),
          store('i32.store', get(address), get(value)),
          set(address, op('i32.add', get(address), i32(4))),
        ),
      ),
    )
  })
}

const leadingZeros = (total: Local): Code => op('i32.clz', op('i32.sub', get(total), i32(1)))

/** One pass of the network: as many rounds as keys. */
function feistel(
  f: FunctionContext,
  value: Local,
  { keys, halfBits, mask }: { keys: readonly Local[]; halfBits: Local; mask: Local },
): Code {
  const [left, right, hash] = Array.from({ length: 3 }, () => f.local('i32'))
  const round = (key: Local, k: number): Code => {
    const [changed, kept] = k % 2 === 0 ? [left, right] : [right, left]
    return seq(
      set(hash, op('i32.xor', get(kept), get(key))),
      set(changed, op('i32.xor', get(changed), op('i32.and', mix(hash), get(mask)))),
    )
  }
  return seq(
    set(left, op('i32.shr_u', get(value), get(halfBits))),
    set(right, op('i32.and', get(value), get(mask))),
    ...keys.map(round),
    op('i32.or', op('i32.shl', get(left), get(halfBits)), get(right)),
  )
}

/** The 32-bit hash of what the local holds; changes it. */
function mix(hash: Local): Code {
  const shiftXor = (distance: number): Code => op('i32.xor', get(hash), op('i32.shr_u', get(hash), i32(distance)))
  const [first, second, last] = mixing.shifts
  return seq(
    set(hash, op('i32.mul', shiftXor(first), i32(mixing.factors[0]))),
    set(hash, op('i32.mul', shiftXor(second), i32(mixing.factors[1]))),
    shiftXor(last),
  )
}
