import fc from 'fast-check'

/** One kind of damage: bytes changed, cut off, put in or put on. Places are shares of the length, as the length is not known. */
type Damage = (bytes: Uint8Array) => Uint8Array

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const at = (bytes: Uint8Array, share: number): number => Math.floor(bytes.length * share)

/** The beginning of a file, where its header is, is hit as often as all the rest. */
const somewhere = fc.oneof(
  place,
  place.map((share) => share / 20),
)

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(somewhere, fc.integer({ min: 1, max: 255 })).map(([share, flip]): Damage => (bytes) => {
    const copy = Uint8Array.from(bytes)
    if (copy.length > 0) copy[at(copy, share)] ^= flip
    return copy
  }),
  fc.tuple(somewhere, fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([share, written]): Damage => (bytes) => {
    const copy = Uint8Array.from(bytes)
    const start = at(copy, share)
    copy.set(written.subarray(0, copy.length - start), start)
    return copy
  }),
  somewhere.map(
    (share): Damage =>
      (bytes) =>
        bytes.slice(0, at(bytes, share)),
  ),
  somewhere.map(
    (share): Damage =>
      (bytes) =>
        bytes.slice(at(bytes, share)),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map(
    (more): Damage =>
      (bytes) =>
        Uint8Array.of(...bytes, ...more),
  ),
  fc.tuple(somewhere, fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([share, more]): Damage => (bytes) => {
    const start = at(bytes, share)
    return Uint8Array.of(...bytes.subarray(0, start), ...more, ...bytes.subarray(start))
  }),
)

/** Files that began as one of these and came to harm up to three times. */
export const damaged = (...files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(...files), fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([file, damages]) => damages.reduce((bytes, harm) => harm(bytes), file))
