import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatherOptions } from '../../src/cli/command-options.ts'
import { exampleCommand, exampleFile } from '../../src/cli/text/recipe-example.ts'
import { recipeDetails, recipeList } from '../../src/cli/text/recipes-text.ts'
import { recipes } from '../../src/recipes/index.ts'
import type { Recipe } from '../../src/recipes/index.ts'
import { settingOf, singleSettings } from '../../src/recipes/setting.ts'
import { runForger } from './forger.ts'

const all: Recipe[] = Object.values(recipes)
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length))
const page = (width: number) => ({ width, aside: (text: string) => text })

let folder = ''
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'forger-recipes-'))))
afterAll(() => rmSync(folder, { recursive: true }))

describe('forger recipes', () => {
  it('lists what there is', async () => {
    const { status, stdout, stderr } = await runForger(folder, 'recipes')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe(`${recipeList(page(100))}\n`)
    const wide = recipeList(page(1000))
    for (const { name, summary, defaults } of all) {
      expect(wide).toMatch(new RegExp(`^  ${name} +${summary} +${defaults.batch}  `, 'm'))
    }
  })

  it('tells what one recipe can be told', async () => {
    const { status, stdout } = await runForger(folder, 'recipes', 'mlp')
    expect(status).toBe(0)
    expect(stdout).toBe(`${recipeDetails(recipes.mlp, page(100))}\n`)
  })

  it('gives the same as JSON, with a JSON Schema', async () => {
    const { stdout } = await runForger(folder, 'recipes', 'mlp', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'mlp',
      defaults: recipes.mlp.defaults,
      settings: recipes.mlp.settings.parse({}),
      schema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        additionalProperties: false,
        properties: { adam: { properties: { beta1: { type: 'number', minimum: 0, exclusiveMaximum: 1 } } } },
      },
    })
    const { stdout: list } = await runForger(folder, 'recipes', '--json')
    const names: unknown = JSON.parse(list).map((one: { name: string }) => one.name)
    expect(names).toEqual(Object.keys(recipes))
  })

  it('names the nearest recipe', async () => {
    const { status, stderr } = await runForger(folder, 'recipes', 'mlpp')
    expect(stderr).toMatch(/^error: Unknown recipe "mlpp"; did you mean "mlp"\? Known are mlp.*\.\n$/)
    expect(status).toBe(2)
  })
})

describe.each([72, 80, 120])('at %i columns', (width) => {
  it('nothing is too wide', () => {
    expect(widest(recipeList(page(width)))).toBeLessThanOrEqual(width)
    for (const recipe of all) expect(widest(recipeDetails(recipe, page(width)))).toBeLessThanOrEqual(width)
  })
})

describe.each(all)('what is told of $name', (recipe) => {
  it('has every setting, its default, and what it takes, apart from that', () => {
    const aside: string[] = []
    const text = recipeDetails(recipe, { width: 1000, aside: (line) => (aside.push(line), '') })
    for (const { path, otherwise, description, expected } of singleSettings(settingOf(recipe.settings))) {
      expect(text).toContain(`${path.at(-1)}  `)
      expect(text).toContain(`  ${otherwise}  `)
      expect(text).toContain(`  ${description}\n`)
      expect(aside).toContain(expected)
    }
  })

  it('ends in an example that works, and is the same as a file', async () => {
    const words = exampleCommand(recipe, 40).flatMap((line) => line.trim().replace(/ \\$/, '').split(' '))
    expect(words.slice(0, 3)).toEqual(['forger', 'train', recipe.name])
    expect(exampleCommand(recipe, 1000)).toEqual([words.join(' ')])
    const set = words.filter((_, index) => words[index - 1] === '--set')
    expect(set.length).toBeGreaterThan(0)
    const options = await gatherOptions({ recipe: recipe.name, set })
    expect(options.game).not.toEqual(recipe.settings.parse({}))
    const file = join(folder, `${recipe.name}.yaml`)
    writeFileSync(file, exampleFile(recipe).join('\n'))
    expect(await gatherOptions({ options: file })).toEqual(options)
  })
})
