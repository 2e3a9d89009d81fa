import { describe, expect, it } from 'vitest'
import { comparisonPage } from '../../../src/comparison/page/comparison-page.ts'
import { pageOpener } from '../../browser/opened-page.ts'
import { onePixel } from '../../report/some-report-facts.ts'
import { someComparison } from '../some-comparison.ts'

const open = pageOpener()
const inWidth = (width: number) => ({ viewport: { width, height: 800 } })

const pictures = new Map(['real', 'rbm', 'run-0123abcd'].map((id) => [id, onePixel]))

describe('a comparison in a browser', () => {
  it.each([1280, 400])('complains about nothing, asks nobody for anything and fits %i pixels', async (width) => {
    const { page, complaints, asked } = await open(
      comparisonPage({ comparison: someComparison(), pictures, version: '1' }),
      inWidth(width),
    )
    expect(complaints).toEqual([])
    expect(asked()).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await page.context().close()
  })

  it('has all models in its tables, the best of each column marked, and every drawn sample once', async () => {
    const { page } = await open(comparisonPage({ comparison: someComparison(), pictures, version: '1' }), inWidth(1280))
    expect(await page.locator('h1').innerText()).toBe('What three models make of mnist')
    const headings = await page.locator('h2').allInnerTexts()
    expect(headings).toEqual([
      'What they draw',
      'How good the drawings are',
      'How well they name what they see',
      'The models',
      'How it was measured',
    ])
    const [drawing, naming] = await page.locator('table').evaluateAll((tables) =>
      tables.map((table) =>
        [...table.querySelectorAll('tbody tr')].map((row) => ({
          model: row.querySelector('th')?.textContent.trim(),
          best: [...row.querySelectorAll('td')].flatMap((cell, column) =>
            cell.classList.contains('best') ? [column] : [],
          ),
        })),
      ),
    )
    expect(drawing).toEqual([
      { model: 'Real images', best: [] },
      { model: 'Restricted Boltzmann machine', best: [] },
      { model: 'GAN mlp-1', best: [0, 1, 2, 3] },
    ])
    expect(naming).toEqual([
      { model: 'Restricted Boltzmann machine', best: [3] },
      { model: 'Logistic regression', best: [1, 2] },
    ])
    expect(await page.locator('.gallery figure').count()).toBe(3)
    // One dot in each of three rows of distances, then two in each of two rows: ten labels of a class and all.
    expect(await page.locator('.dots circle').count()).toBe(3 + 2 * 2)
    const text = await page.locator('body').innerText()
    expect(text).toContain('Theis, van den Oord and Bethge 2016')
    expect(text).toContain('A note of the run.')
    await page.context().close()
  })

  it('takes names from outside as text, and says when models are still to come', async () => {
    const hostile = '<img src=x onerror="alert(1)">'
    const { models } = someComparison()
    const comparison = someComparison({
      data: hostile,
      notes: [hostile],
      models: models.map((model) => ({ ...model, title: hostile, about: hostile })),
      asked: 6,
    })
    const { page, complaints, asked } = await open(
      comparisonPage({ comparison, pictures, version: hostile }),
      inWidth(1280),
    )
    expect({ complaints, asked: asked() }).toEqual({ complaints: [], asked: [] })
    expect(await page.locator('img').count()).toBe(3)
    expect(await page.locator('header').innerText()).toContain('2 models are still to come')
    await page.context().close()
  })
})
