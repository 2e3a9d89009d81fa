import { datasets } from '../../../src/browser.ts'

/** What a data set says of its images, as JSON has it. */
export interface Pictures {
  readonly shape: readonly number[]
  readonly images: readonly number[]
  readonly labels: readonly number[] | null
  readonly progress: readonly (readonly [done: number, total: number])[]
}

/** Makes a data set of files, given by the bytes in each. */
export async function fromFiles(
  files: readonly (readonly number[])[],
  width: number,
  height: number,
): Promise<Pictures> {
  const progress: [number, number][] = []
  const { shape, images, labels } = await datasets.fromPictures(
    files.map((bytes, index) => new File([Uint8Array.from(bytes)], `${index}.png`)),
    { size: { width, height }, labels: files.map((_, index) => index), progress: (...of) => progress.push(of) },
  )
  return { shape, images: [...images], labels: labels && [...labels], progress }
}

/** Makes a data set of what the page has drawn: a square, its left half in one color. */
export async function fromCanvas(color: string, side: number): Promise<Pick<Pictures, 'shape' | 'images'>> {
  const canvas = new OffscreenCanvas(8, 8)
  const context = canvas.getContext('2d')
  if (context) context.fillStyle = color
  context?.fillRect(0, 0, 4, 8)
  const { shape, images } = await datasets.fromPictures([canvas, await createImageBitmap(canvas)], { size: side })
  return { shape, images: [...images] }
}

/** What is said of a file that is no picture. */
export const fromText = (): Promise<string> =>
  datasets.fromPictures([new File(['no picture'], 'notes.txt')], { size: 4 }).then(String, String)
