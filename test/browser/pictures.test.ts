import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callInPage, launchChromium } from './chromium.ts'
import { serveFolder } from './serve.ts'
import type { Site } from './serve.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const module = '/test/browser/pages/pictures.ts'

let browser: Browser
let site: Site
let page: Page
beforeAll(async () => {
  site = await serveFolder(repository)
  browser = await launchChromium()
  page = await browser.newPage()
  await page.goto(site.origin)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

/** A PNG of one pixel value for each of its columns. */
async function stripes(columns: readonly (readonly number[])[], height: number): Promise<number[]> {
  const channels = columns[0].length === 4 ? 4 : 3
  const row = columns.flat()
  const raw = { width: columns.length, height, channels } as const
  const pixels = Uint8Array.from({ length: row.length * height }, (_, at) => row[at % row.length])
  return [...(await sharp(pixels, { raw }).png().toBuffer())]
}

const [red, green, blue] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
]

describe('datasets.fromPictures in a page', () => {
  it('makes images of one size of files, cut about their center', async () => {
    const files = [await stripes([red, green, green, blue], 2), await stripes([red, blue], 2)]
    expect(await callInPage(page, module, 'fromFiles', files, 2, 2)).toEqual({
      shape: [2, 2, 3],
      images: [...green, ...green, ...green, ...green, ...red, ...blue, ...red, ...blue],
      labels: [0, 1],
      progress: [
        [1, 2],
        [2, 2],
      ],
    })
  })

  it('makes gray images of gray files, and white of what is transparent', async () => {
    const file = await stripes(
      [
        [80, 80, 80, 255],
        [10, 10, 10, 0],
      ],
      2,
    )
    expect(await callInPage(page, module, 'fromFiles', [file], 2, 2)).toMatchObject({
      shape: [2, 2, 1],
      images: [80, 255, 80, 255],
    })
  })

  it('takes whatever the page can draw', async () => {
    const image = [...red, 255, 255, 255, ...red, 255, 255, 255]
    expect(await callInPage(page, module, 'fromCanvas', 'red', 2)).toEqual({
      shape: [2, 2, 3],
      images: [...image, ...image],
    })
  })

  it('names a file that is no picture', async () => {
    expect(await callInPage(page, module, 'fromText')).toBe(
      'UserError: notes.txt cannot be read as a picture; leave it out, or save it as PNG or JPEG.',
    )
  })
})
