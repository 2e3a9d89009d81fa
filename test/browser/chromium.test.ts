import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callInPage, launchChromium } from './chromium.ts'
import { serveFolder, type Site } from './serve.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

describe('a headless Chromium on this repository', () => {
  let site: Site
  let browser: Browser
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

  it('has shared memory', async () => {
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  })

  it('runs a module worker from TypeScript that imports TypeScript and a package', async () => {
    expect(await callInPage(page, '/test/browser/pages/shared-sum.ts', 'addInWorker', 40, 2)).toEqual({
      reply: 42,
      shared: 42,
    })
  })

  it('takes a picture, and has a font to write with', async () => {
    await page.setViewportSize({ width: 60, height: 40 })
    await page.setContent('<body style="background: rgb(10, 120, 200); color: white; font: 30px sans-serif">Wg</body>')
    const { data, info } = await sharp(await page.screenshot())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([60, 40])
    expect([...data.subarray(0, 3)]).toEqual([10, 120, 200])
    const reds = data.filter((_, index) => index % 3 === 0)
    expect(reds.filter((red) => red > 200).length).toBeGreaterThan(100)
  })
})

describe('a served folder', () => {
  let folder: string
  let site: Site

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forger-site-'))
    await writeFile(join(folder, 'index.html'), '<p>own page</p>')
    await writeFile(join(folder, 'module.wasm'), new Uint8Array([0, 97, 115, 109]))
    site = await serveFolder(folder)
  })

  afterAll(async () => {
    await site.close()
    await rm(folder, { recursive: true })
  })

  it('answers its own page with the headers of isolation', async () => {
    const response = await fetch(site.origin)
    expect(await response.text()).toBe('<p>own page</p>')
    expect(response.headers.get('content-type')).toBe('text/html')
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp')
  })

  it('names WebAssembly so that browsers compile it while it streams', async () => {
    const response = await fetch(`${site.origin}/module.wasm`)
    expect(response.headers.get('content-type')).toBe('application/wasm')
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0, 97, 115, 109]))
  })

  it.each(['/missing.js', '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd'])('has no %s', async (path) => {
    expect((await fetch(site.origin + path)).status).toBe(404)
  })
})
