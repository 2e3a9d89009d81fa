import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from './chromium.ts'

/** For the tests of a file: opens pages from files, and keeps account of what they complain about and ask for. */
export function pageOpener() {
  let folder = ''
  let browser: Browser
  let pages = 0
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forger-page-'))
    browser = await launchChromium()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true })
  })

  return async (markup: string, options: BrowserContextOptions = {}) => {
    const path = join(folder, `${++pages} & <b>.html`)
    await writeFile(path, markup)
    const page = await (await browser.newContext(options)).newPage()
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => requests.push(request.url()))
    const url = pathToFileURL(path).href
    await page.goto(url)
    const asked = () => requests.filter((request) => request !== url && !request.startsWith('data:'))
    return { page, complaints, asked }
  }
}
