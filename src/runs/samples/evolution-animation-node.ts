import { join } from 'node:path'
import { evenly } from './evenly-spaced.ts'
import { sampleFiles } from '../folder/sample-files-node.ts'
import type { SampleFile } from '../folder/sample-files-node.ts'
import { encodeAnimation } from '../../files/write-animation-node.ts'
import { writeWholeFile } from '../../files/whole-file-node.ts'

const most = {
  frames: 60,
  /** Of all frames together, so that large pictures do not eat the memory: frames are made smaller until they fit. */
  pixels: 16e6,
} as const

/** About how long it plays before it holds, and how long it holds, in milliseconds. */
const pace = { play: 6000, hold: 2500 } as const

/** Where the animation of a run lies. */
const evolutionPath = (folder: string): string => join(folder, 'evolution.webp')

/**
 * Writes evolution.webp: the pictures of samples of a run, one after the other, over and over. Pictures that cannot be read
 * are left out; where sizes differ, the last one decides. False, and nothing written, where fewer than two can be read.
 */
export async function writeEvolution(folder: string): Promise<boolean> {
  const files = evenly(await sampleFiles(folder), most.frames)
  const frameSize = await sizeOfLast(files)
  if (frameSize === null) return false
  const frames = await framesOf(files, fitted(frameSize, files.length))
  if (frames.length < 2) return false
  await writeWholeFile(evolutionPath(folder), await encodeAnimation(frames, pace))
  return true
}

interface FrameSize {
  readonly width: number
  readonly height: number
}

/** sharp is loaded here and not before: it takes longer to load than many a command to run. */
const loadSharp = async () => (await import('sharp')).default

async function sizeOfLast(files: readonly SampleFile[]): Promise<FrameSize | null> {
  const sharp = await loadSharp()
  for (const { path } of files.toReversed()) {
    const size = await sharp(path)
      .metadata()
      .catch(() => null)
    if (size !== null) return size
  }
  return null
}

function fitted({ width, height }: FrameSize, count: number): FrameSize {
  const shrink = Math.min(1, Math.sqrt(most.pixels / (count * width * height)))
  return { width: Math.max(1, Math.floor(width * shrink)), height: Math.max(1, Math.floor(height * shrink)) }
}

/** One after the other, as decoding all at once takes the memory of all. */
async function framesOf(files: readonly SampleFile[], size: FrameSize): Promise<Buffer[]> {
  const sharp = await loadSharp()
  const frames: Buffer[] = []
  for (const { path } of files) {
    const frame = await sharp(path)
      .resize({ ...size, fit: 'contain', background: '#000' })
      .flatten()
      .toColourspace('srgb')
      .png()
      .toBuffer()
      .catch(() => null)
    if (frame !== null) frames.push(frame)
  }
  return frames
}
