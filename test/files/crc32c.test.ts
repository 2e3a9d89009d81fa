import { describe, expect, it } from 'vitest'
import { crc32c } from '../../src/files/crc32c.ts'

const readCommand = [
  0x01c00000, 0, 0, 0, 0x14000000, 0x00000400, 0x00000014, 0x00000018, 0x28000000, 0, 0x02000000, 0,
].flatMap((word) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff])

describe('crc32c', () => {
  // RFC 3720, appendix B.4, which prints each check from its lowest byte on.
  it.each([
    ['32 zeros', Array.from({ length: 32 }, () => 0), 0x8a9136aa],
    ['32 ones', Array.from({ length: 32 }, () => 0xff), 0x62a8ab43],
    ['32 rising bytes', Array.from({ length: 32 }, (_, at) => at), 0x46dd794e],
    ['32 falling bytes', Array.from({ length: 32 }, (_, at) => 31 - at), 0x113fdb5c],
    ['an iSCSI read command', readCommand, 0xd9963a56],
  ])("finds RFC 3720's check of %s", (_, bytes, check) => {
    expect(crc32c(Uint8Array.from(bytes))).toBe(check)
  })

  it('finds the check by which catalogs name it', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
  })

  it('is zero of nothing', () => {
    expect(crc32c(new Uint8Array())).toBe(0)
  })
})
