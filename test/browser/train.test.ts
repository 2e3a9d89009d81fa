import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { trainSmallGame } from '../runtime/small-game.ts'
import { callInPage, launchChromium } from './chromium.ts'
import { serveFolder } from './serve.ts'
import type { Site } from './serve.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const module = '/test/browser/pages/train.ts'
const steps = 200

let browser: Browser
const sites: Site[] = []
beforeAll(async () => {
  browser = await launchChromium()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await Promise.all(sites.map((site) => site.close()))
})

async function openPage(isolated: boolean) {
  const site = await serveFolder(repository, { isolated })
  sites.push(site)
  const page = await browser.newPage()
  await page.goto(site.origin)
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated)
  return page
}

describe('200 strict steps of a game in a page', () => {
  const inNode = trainSmallGame(createDevice(inlineEngine(), { strict: true }), steps)

  it.each([
    ['on two threads, started by the page', 'train', true, 2],
    ['on two threads, started by a worker', 'trainInWorker', true, 2],
    ['on one, where memory cannot be shared', 'train', false, 1],
  ])(
    'leave the bytes that Node makes: %s',
    async (_, name, isolated, threads) => {
      const page = await openPage(isolated)
      const trained = await callInPage(page, module, name, steps)
      expect(trained).toEqual({ ...(await inNode), threads, ticks: expect.any(Number) })
      // The thread that asked stays free.
      expect(trained).toHaveProperty(
        'ticks',
        expect.toSatisfy((ticks: number) => ticks > 20),
      )
      await page.close()
    },
    60_000,
  )

  it('end with the cause when the device is closed meanwhile', async () => {
    const page = await openPage(true)
    const closed = 'UserError: The device is closed; use it before close() is called, or open another one.'
    expect(await callInPage(page, module, 'closeWhileTraining')).toEqual([closed, closed])
    await page.close()
  }, 60_000)
})
