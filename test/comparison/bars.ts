import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import { idxBytes } from '../data/idx-bytes.ts'

const count = 1080
const side = 6
const classes = 3

/** Noise that is the same every time. */
const noise = (at: number): number => ((at * 7919) % 10_007) % 60

/** A light bar in the upper, middle or lower third, by class. */
const pixel = (at: number): number => {
  const row = Math.floor((at % side ** 2) / side)
  return (Math.floor(row / 2) === Math.floor(at / side ** 2) % classes ? 180 : 0) + noise(at)
}

/** A temporary folder with bars of three classes, as a test file's own: `data` names them, `others` are images of something else. */
export function folderOfBars() {
  let folder = ''
  beforeAll(() => {
    vi.stubEnv('FORGER_TUNE', '0')
    folder = mkdtempSync(join(tmpdir(), 'forger-compare-'))
    const write = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes)
    const pixels = Array.from({ length: count * side ** 2 }, (_, at) => pixel(at))
    write('bars.idx', idxBytes([count, side, side], pixels))
    write(
      'kinds.idx',
      idxBytes(
        [count],
        Array.from({ length: count }, (_, row) => row % classes),
      ),
    )
    const turned = pixels.map((_, at) => 255 - pixels[at])
    write('others.idx', idxBytes([300, side, side], turned.slice(0, 300 * side ** 2)))
    // A hundred dots of each of 150 classes.
    const dots = Array.from({ length: 15_000 }, (_, row) => row % 150)
    write('dots.idx', idxBytes([dots.length, 1, 1], dots))
    write('many.idx', idxBytes([dots.length], dots))
    write('small.idx', idxBytes([20, 5, 5], new Uint8Array(500)))
    write('one.idx', idxBytes([count], new Uint8Array(count)))
    write(
      'gap.idx',
      idxBytes(
        [count],
        Array.from({ length: count }, (_, row) => (row % 2) * 2),
      ),
    )
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
    vi.unstubAllEnvs()
  })
  const at = (...path: string[]) => join(folder, ...path)
  return {
    at,
    get data() {
      return `idx:${at('bars.idx')},${at('kinds.idx')}`
    },
    get others() {
      return `idx:${at('others.idx')}`
    },
  }
}
