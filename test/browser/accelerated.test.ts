import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { all } from '../recipes/small.ts'
import type { Outcome } from '../runtime/small-game.ts'
import { callInPage, launchChromium, softwareWebGpu } from './chromium.ts'
import { onnxruntimeWeb } from './onnxruntime-web.ts'
import { serveFolder } from './serve.ts'
import type { Site } from './serve.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const module = '/test/browser/pages/accelerate.ts'
const library = `/${onnxruntimeWeb}/dist/ort.webgpu.bundle.min.mjs`

const sites: Site[] = []
afterAll(() => Promise.all(sites.map((site) => site.close())))

async function openPage(browser: Browser): Promise<Page> {
  const site = await serveFolder(repository)
  sites.push(site)
  const page = await browser.newPage()
  await page.goto(site.origin)
  return page
}

describe.skipIf(onnxruntimeWeb === null)('a page with a GPU', () => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await launchChromium(softwareWebGpu)
    page = await openPage(browser)
  }, 60_000)
  afterAll(() => browser?.close())

  it.each(all)(
    'trains $name as the threads do, and leaves nothing to them',
    async ({ name }) => {
      const distance = await callInPage(page, module, 'distanceOf', library, name, stepsOf(name))
      expect(distance).toBeLessThan(1e-3)
    },
    120_000,
  )

  it('computes convolutions that it would get wrong', async () => {
    const errors = await callInPage(page, module, 'convolutionErrors', library)
    expect(errors).toEqual(expect.toSatisfy((found: number[]) => found.length > 40))
    expect(errors).toEqual(expect.toSatisfy((found: number[]) => found.every((error) => error < 1e-4)))
  })

  it('trains beside two threads', async () => {
    const both = await callInPage(page, module, 'trainBoth', library, 2)
    expect(both).toMatchObject({ threads: 2, outcomes: [{ finite: true }, { finite: true }] })
    expect(both).toHaveProperty(
      'outcomes',
      expect.toSatisfy(([a, b]: Outcome[]) => Math.abs(a.discriminatorLoss - b.discriminatorLoss) < 1e-3),
    )
  })

  it('says so when the package is missing', async () => {
    expect(await callInPage(page, module, 'refusal', '/missing.mjs', false)).toBe(
      'UserError: The device webgpu needs the package onnxruntime-web, which could not be loaded; install it where the page is ' +
        'built ("npm install onnxruntime-web"), or leave the accelerator out to train on the threads.',
    )
  })

  it('says so when the package has no WebGPU', async () => {
    const without = library.replace('webgpu', 'wasm')
    expect(await callInPage(page, module, 'refusal', without, false)).toMatch(
      /^UserError: The device webgpu cannot be used here: onnxruntime-web fails \(.*\); leave the accelerator out to train on the threads\.$/,
    )
  })

  it('promises no strict results', async () => {
    expect(await callInPage(page, module, 'refusal', library, true)).toBe(
      'UserError: Strict results are the same bytes everywhere, which no GPU promises; ask for strict or for the device webgpu, not both.',
    )
  })
})

/** As many as SwiftShader is quick with; all of them were seen to agree to 20 steps, which STEPS=20 repeats. */
function stepsOf(name: string): number {
  const usual: Readonly<Record<string, number>> = { mlp: 20, points: 20, r3gan: 1 }
  return Number(process.env.STEPS ?? usual[name] ?? 4)
}

describe('a page without a GPU', () => {
  it('says what is missing before it loads anything', async () => {
    const browser = await launchChromium()
    const page = await openPage(browser)
    expect(await callInPage(page, module, 'refusal', '/missing.mjs', false)).toBe(
      'UserError: The device webgpu cannot be used here: it needs a browser with WebGPU, a GPU that the browser may use, and a page ' +
        'that comes by HTTPS or from this machine; leave the accelerator out to train on the threads.',
    )
    await browser.close()
  }, 60_000)
})
