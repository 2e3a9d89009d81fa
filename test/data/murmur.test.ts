import { describe, expect, it } from 'vitest'
import { murmur128 } from '../../src/data/murmur.ts'

/** A hash as its bytes in memory: four little-endian words. */
function hashBytes(bytes: Uint8Array, seed: number): Uint8Array {
  const words = murmur128(bytes, seed).match(/.{8}/g) ?? []
  return new Uint8Array(Uint32Array.from(words, (word) => Number.parseInt(word, 16)).buffer)
}

describe('murmur128', () => {
  it('gives the verification value of SMHasher, which covers every length from 0 to 255', () => {
    const keys = Uint8Array.from({ length: 256 }, (_, index) => index)
    const hashes = new Uint8Array(256 * 16)
    for (let length = 0; length < 256; length++) {
      hashes.set(hashBytes(keys.subarray(0, length), 256 - length), length * 16)
    }
    const verification = new DataView(hashBytes(hashes, 0).buffer).getUint32(0, true)
    expect(verification.toString(16)).toBe('b3ece62a')
  })

  it('reads a view that begins anywhere in its buffer', () => {
    const text = new TextEncoder().encode('xThe quick brown fox jumps over the lazy dog')
    expect(murmur128(text.subarray(1))).toBe('2f1583c3ecee2c675d7bf66ce5e91d2c')
  })
})
