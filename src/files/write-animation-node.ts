/** How an animation is timed, in milliseconds. */
export interface Pace {
  /** About how long it plays before it holds. */
  readonly play: number
  /** How long its last frame holds before it begins again. */
  readonly hold: number
}

/** The most bytes of all frames as PNG; where there are more, as of photographs, an animation is written with some loss. */
const losslessBytes = 6e6

/**
 * Frames of one size, each as the bytes of a PNG file, as an animated WebP that plays over and over. sharp is loaded here and not
 * before: it takes longer to load than many a command to run.
 */
export async function encodeAnimation(frames: readonly Uint8Array[], { play, hold }: Pace): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const each = Math.max(40, Math.min(500, Math.round(play / frames.length)))
  const delay = frames.map((_, index) => (index === frames.length - 1 ? hold : each))
  const bytes = frames.reduce((total, { length }) => total + length, 0)
  const quality = bytes <= losslessBytes ? { lossless: true } : { quality: 88, smartSubsample: true }
  return sharp([...frames], { join: { animated: true } })
    .webp({ ...quality, effort: 2, delay, loop: 0 })
    .toBuffer()
}
