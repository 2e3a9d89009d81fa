import type { ColorBits } from './terminal-picture.ts'

/** What somebody sees who looks at a stream of output. */
export interface Look {
  /** Whether lines can be drawn again in place: a terminal, and not the dumbest one. */
  readonly live: boolean
  readonly colorBits: ColorBits
}

/** `NO_COLOR`, `FORCE_COLOR` and `TERM` are heard, as Node hears them. */
export function lookOf(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'getColorDepth'>): Look {
  if (!stream.isTTY) return { live: false, colorBits: 1 }
  const depth = stream.getColorDepth()
  return { live: process.env.TERM !== 'dumb', colorBits: depth === 24 || depth === 8 ? depth : 1 }
}
