/** MurmurHash3 x86_128 (Austin Appleby, public domain): a quick 128-bit hash against accidents, not against attackers. */

const c1 = 0x239b961b
const c2 = 0xab0e9789
const c3 = 0x38b34ae5
const c4 = 0xa1e38b93

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))

const scramble = (word: number, first: number, bits: number, second: number): number =>
  Math.imul(rotate(Math.imul(word, first), bits), second)

function avalanche(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
  return word ^ (word >>> 16)
}

/** The hash of `bytes` as 32 hexadecimal digits. */
export function murmur128(bytes: Uint8Array, seed = 0): string {
  let h1 = seed
  let h2 = seed
  let h3 = seed
  let h4 = seed
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const whole = bytes.length - (bytes.length % 16)
  for (let at = 0; at < whole; at += 16) {
    h1 ^= scramble(view.getUint32(at, true), c1, 15, c2)
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0
    h2 ^= scramble(view.getUint32(at + 4, true), c2, 16, c3)
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0
    h3 ^= scramble(view.getUint32(at + 8, true), c3, 17, c4)
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0
    h4 ^= scramble(view.getUint32(at + 12, true), c4, 18, c1)
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0
  }
  // The reference's switch over the last 0 to 15 bytes equals a block padded with zeros: a zero word scrambles to zero.
  const last = new DataView(new ArrayBuffer(16))
  for (let at = whole; at < bytes.length; at++) last.setUint8(at - whole, view.getUint8(at))
  h1 ^= scramble(last.getUint32(0, true), c1, 15, c2) ^ bytes.length
  h2 ^= scramble(last.getUint32(4, true), c2, 16, c3) ^ bytes.length
  h3 ^= scramble(last.getUint32(8, true), c3, 17, c4) ^ bytes.length
  h4 ^= scramble(last.getUint32(12, true), c4, 18, c1) ^ bytes.length
  const words = mixTogether(mixTogether([h1, h2, h3, h4]).map(avalanche))
  return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

function mixTogether([h1, h2, h3, h4]: readonly number[]): number[] {
  const sum = (h1 + h2 + h3 + h4) | 0
  return [sum, (h2 + sum) | 0, (h3 + sum) | 0, (h4 + sum) | 0]
}
