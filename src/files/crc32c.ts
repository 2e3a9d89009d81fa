/** The reversed bits of Castagnoli's polynomial 0x1EDC6F41 (RFC 3720, section 12.1). */
const polynomial = 0x82f63b78

/** What the eight bits of a byte do to the remainder. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? polynomial : 0)
  return remainder
})

/** CRC-32C of the bytes, as an unsigned number of 32 bits: a check against accidents, not against attackers. */
export function crc32c(bytes: Uint8Array): number {
  let remainder = -1
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 0xff]
  return ~remainder >>> 0
}
