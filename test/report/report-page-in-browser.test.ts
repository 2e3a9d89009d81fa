import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { reportPage } from '../../src/report/report-page.ts'
import { pageOpener } from '../browser/opened-page.ts'
import { meansAt, onePixel, someFacts } from './some-report-facts.ts'

const open = pageOpener()

const shownStep = (page: Page) => page.locator('.frame:visible').getAttribute('data-step')
const legend = (page: Page, chart: number) => page.locator('.chart').nth(chart).locator('figcaption').innerText()

describe('a report in a browser', () => {
  it('opens from a file, complains about nothing and asks nobody for anything', async () => {
    const { page, complaints, asked } = await open(reportPage(someFacts()))
    await page.waitForTimeout(100)
    expect(complaints).toEqual([])
    expect(asked()).toEqual([])
    const broken = await page.evaluate(
      () => [...document.images].filter(({ naturalWidth }) => naturalWidth === 0).length,
    )
    expect(broken).toBe(0)
    await page.context().close()
  })

  it('flips through the pictures by slider, by arrow keys and by itself', async () => {
    const { page } = await open(reportPage(someFacts()))
    expect(await shownStep(page)).toBe('3000')
    const slider = page.getByRole('slider')
    await slider.fill('1')
    expect(await shownStep(page)).toBe('1000')
    expect(await slider.getAttribute('aria-valuetext')).toBe('step 1,000')
    // On the slider itself, where the browser moves it, and elsewhere, where the page does: by one each.
    await page.keyboard.press('ArrowRight')
    expect(await shownStep(page)).toBe('1500')
    await slider.blur()
    await page.keyboard.press('ArrowRight')
    expect(await shownStep(page)).toBe('2000')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    expect(await shownStep(page)).toBe('1000')
    expect(await slider.inputValue()).toBe('1')

    const play = page.getByRole('button', { name: 'Play' })
    await play.click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await page.locator('.frame[data-step="3000"]').waitFor()
    await play.waitFor()
    await page.context().close()
  })

  it('shows the values of all curves at the pointer, and at the picture where there is none', async () => {
    const log = [0, 1, 2, 3, 4].map((index) => meansAt(1000 * index + 100, { generatorLoss: 10 + index }))
    const { page } = await open(reportPage(someFacts({ log, pictures: [{ step: 100, picture: onePixel }] })))
    expect(await legend(page, 0)).toMatch(/step 4,100\s.*generator 14/s)
    const plot = page.locator('.plot > svg').nth(1)
    const box = await plot.boundingBox()
    if (box === null) throw new Error('the curve is not there')
    await plot.hover({ position: { x: (box.width * 2200) / 4100, y: 20 } })
    expect(await legend(page, 0)).toMatch(/step 2,100\s.*generator 12/s)
    expect(await legend(page, 1)).toMatch(/step 2,100/)
    const dot = await page.locator('.cursor circle').first().boundingBox()
    expect((dot?.x ?? 0) + (dot?.width ?? 0) / 2).toBeCloseTo(
      box.x - (await offsetOfSecond(page)) + (box.width * 2100) / 4100,
      -1,
    )
    await page.mouse.move(0, 0)
    expect(await legend(page, 0)).toMatch(/step 100\s.*generator 10/s)
    await page.context().close()
  })

  it('turns to the nearest picture when a curve is clicked', async () => {
    const { page } = await open(reportPage(someFacts()))
    const plot = page.locator('.plot > svg').first()
    const { width } = (await plot.boundingBox()) ?? { width: 0 }
    await plot.click({ position: { x: (width * 1100) / 3000, y: 20 } })
    expect(await shownStep(page)).toBe('1000')
    await page.context().close()
  })

  it('copies a command', async () => {
    const { page } = await open(reportPage(someFacts()), { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.getByRole('button', { name: 'Copy the command that resumes' }).click()
    await page.getByText('Copied').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('forger resume mlp-1 --steps 6000')
    await page.context().close()
  })

  it.each([
    ['plain facts', {}],
    [
      'long names',
      {
        name: 'n'.repeat(200),
        data: { ...someFacts().data, name: `idx:${'/very-long'.repeat(20)}${'x'.repeat(200)}` },
      },
    ],
  ])('needs no sideways scrolling on a small screen, with %s', async (_, facts) => {
    const { page } = await open(reportPage(someFacts(facts)), { viewport: { width: 360, height: 740 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await page.context().close()
  })

  it('shows the last picture, all curves and no dead buttons where scripts do not run', async () => {
    const { page } = await open(reportPage(someFacts()), { javaScriptEnabled: false })
    expect(await shownStep(page)).toBe('3000')
    expect(await page.locator('.chart:visible').count()).toBe(4)
    expect(await page.locator('button:visible, input:visible').count()).toBe(0)
    await page.context().close()
  })

  it('prints the first, the middle and the last picture', async () => {
    const { page } = await open(reportPage(someFacts()))
    await page.emulateMedia({ media: 'print' })
    const steps = await page
      .locator('.frame:visible')
      .evaluateAll((frames) => frames.map((frame) => frame.dataset['step']))
    expect(steps).toEqual(['500', '1500', '3000'])
    expect(await page.locator('button:visible').count()).toBe(0)
    await page.context().close()
  })

  it('runs no script and loads no picture that got in all the same', async () => {
    const intruder = `<script>document.title = 'taken'</script><img src="http://127.0.0.1:9/x.png" onerror="document.title = 'taken'">`
    const markup = reportPage(someFacts()).replace('</main>', `${intruder}</main>`)
    const { page, complaints } = await open(markup)
    await page.waitForTimeout(200)
    expect(await page.title()).toBe('mlp-1: images learned from mnist train')
    expect(complaints.join('\n')).toContain('Content Security Policy')
    await page.context().close()
  })
})

/** How far the second curve is to the right of the first. */
const offsetOfSecond = (page: Page): Promise<number> =>
  page
    .locator('.plot > svg')
    .evaluateAll(([first, second]) => second.getBoundingClientRect().x - first.getBoundingClientRect().x)
