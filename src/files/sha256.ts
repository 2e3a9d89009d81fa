/** The first 32 bits of the fractional part of a root of each of the first 64 primes. */
const fractions = (root: (value: number) => number, count: number): Uint32Array => {
  const primes: number[] = []
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  }
  return Uint32Array.from(primes, (prime) => Math.floor((root(prime) % 1) * 2 ** 32))
}
const constants = fractions(Math.cbrt, 64)
const start = fractions(Math.sqrt, 8)

/**
 * SHA-256 (FIPS 180-4), for the hashes by which a page's own policy knows its script and style. Web Crypto has it too, but
 * only with a promise and, in pages, only over https.
 */
export function sha256(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n)
  const hash = start.slice()
  for (let block = 0; block < padded.length; block += 64) addBlock(hash, view, block)
  const bytes = new DataView(new ArrayBuffer(32))
  hash.forEach((word, index) => bytes.setUint32(index * 4, word))
  return new Uint8Array(bytes.buffer)
}

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

function addBlock(hash: Uint32Array, view: DataView, block: number): void {
  const schedule = new Uint32Array(64)
  for (let index = 0; index < 64; index++) {
    if (index < 16) {
      schedule[index] = view.getUint32(block + index * 4)
      continue
    }
    const [early, late] = [schedule[index - 15], schedule[index - 2]]
    const sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    schedule[index] = schedule[index - 16] + sigma0 + schedule[index - 7] + sigma1
  }
  let [a, b, c, d, e, f, g, h] = hash
  for (let index = 0; index < 64; index++) {
    const choice = (e & f) ^ (~e & g)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const first = (h + sum1 + choice + constants[index] + schedule[index]) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + sum0 + majority) | 0]
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) hash[index] += word
}
