import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { gatherOptions, optionsFor, parseOptions, sharedOptions } from '../../src/cli/command-options.ts'
import { recipes } from '../../src/recipes/index.ts'
import { settingOf, singleSettings } from '../../src/recipes/setting.ts'
import { runOptions } from '../../src/runs/options/run-options.ts'
import type { RunOptions } from '../../src/runs/options/run-options.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { repository } from '../tools/tree.ts'

let folder = ''
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'forger-gather-'))))
afterAll(() => rmSync(folder, { recursive: true }))

/** The path of a file that holds this. */
function fileOf(content: string, name = 'run.yaml'): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

/** The options that a command would get from these words, with a switch of its own besides. */
async function optionsOf(...words: readonly string[]): Promise<RunOptions> {
  const command = new Command().exitOverride().option('--json')
  for (const option of [...optionsFor(runOptions), ...sharedOptions()]) command.addOption(option)
  return gatherOptions(command.parse([...words], { from: 'user' }).opts())
}

describe('gatherOptions', () => {
  it('goes from defaults over a file and --set to flags', async () => {
    const file = fileOf('batch: 1\nseed: 1\nkeep: 1\ngame: {latent: 1, slope: 0.1}')
    const sets = ['--set', 'keep=2', '--set', 'game.latent=2', '--set', 'seed=2']
    expect(await optionsOf()).toEqual({ ...runOptions.parse({}), game: recipes.mlp.settings.parse({}) })
    expect(await optionsOf('--options', file)).toMatchObject({ batch: 1, seed: 1, keep: 1, logEvery: 50 })
    expect(await optionsOf('--seed', '3', ...sets, '--json', '--options', file, '--strict')).toMatchObject({
      batch: 1,
      keep: 2,
      seed: 3,
      strict: true,
      logEvery: 50,
      game: { latent: 2, slope: 0.1, gamma: 1 },
    })
  })

  it('takes flags that say what is the default anyway', async () => {
    expect(await optionsOf('--options', fileOf('keep: 9'), '--keep', '3')).toMatchObject({ keep: 3 })
  })

  it('takes what --set says as its schema wants it', async () => {
    const sets = [
      'sample-every=5',
      'data=idx:a,b',
      'game.generator.units=[7, 8]',
      'game.discriminator.units=9',
      'out=3',
    ]
    expect(await optionsOf(...sets.flatMap((set) => ['--set', set]), '--set', 'strict=true')).toMatchObject({
      sampleEvery: 5,
      data: 'idx:a,b',
      out: '3',
      strict: true,
      game: { generator: { units: [7, 8] }, discriminator: { units: [9] } },
    })
  })

  it.each<[words: readonly string[], sentence: string]>([
    [['--batch', 'many'], '--batch takes a whole number from 1 on, not "many".'],
    [['--sample-every', '0'], '--sample-every takes a whole number from 1 on, not "0".'],
    [['--seed', '-1'], '--seed takes a whole number from 0 on, not "-1".'],
    [['--set', 'batch'], '--set takes a path, = and a value, as game.latent=64, not "batch".'],
    [['--set', '=3'], '--set takes a path, = and a value, as game.latent=64, not "=3".'],
    [['--set', 'game..latent=3'], '--set takes a path, = and a value, as game.latent=64, not "game..latent=3".'],
    [['--set', 'game.latent='], '--set game.latent takes a whole number from 1 to 4096, not "".'],
    [['--set', 'latent=3'], '--set latent is nothing that a run can be told; did you mean game.latent?'],
    [['--options', 'none.yaml'], 'Cannot read none.yaml: there is no such file.'],
  ])('refuses %j', async (words, sentence) => {
    await expect(optionsOf(...words)).rejects.toThrow(UserError)
    await expect(optionsOf(...words)).rejects.toThrow(sentence)
  })

  it('gives options or one sentence for any text after --set', async () => {
    const root = settingOf(z.strictObject({ ...runOptions.shape, game: recipes.mlp.settings }))
    const path = fc.oneof(
      fc.constantFrom(...singleSettings(root).map((setting) => setting.path.join('.'))),
      fc.string(),
    )
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.double().map(String),
      fc.constantFrom('1,2', '[1]'),
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(path, value).map((parts) => parts.join('=')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 3 }), async (set) => {
        try {
          runOptions.parse(await gatherOptions({ set }))
        } catch (error) {
          expect(error).toBeInstanceOf(UserError)
          expect((error as UserError).message).toMatch(/^(--set |Unknown recipe "|Cannot read ).*[.?]$/)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('understands the files that docs/options.md shows', async () => {
    const page = readFileSync(join(repository, 'docs/options.md'), 'utf8')
    const files = [...page.matchAll(/^( *)```yaml\n(.*?)^ *```/gms)]
    expect(files.length).toBeGreaterThan(Object.keys(recipes).length)
    for (const [, indent, content] of files) {
      const file = fileOf(content.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
      expect(await optionsOf('--options', file)).not.toEqual(await optionsOf())
    }
  })
})

describe('parseOptions', () => {
  const schema = z.object({
    count: z.int().min(1).default(64).meta({ argument: 'n', description: 'how many' }),
    out: z
      .string()
      .regex(/\.png$/)
      .optional()
      .meta({ argument: 'file', expected: 'the path of a .png file' }),
    loud: z.boolean().default(false),
  })

  it('makes values of text, and leaves what is not its own', () => {
    expect(parseOptions(schema, { count: '3', loud: true, more: 'x' })).toEqual({ count: 3, loud: true })
    expect(parseOptions(schema, {})).toEqual({ count: 64, loud: false })
  })

  it.each([
    [{ count: '0' }, '--count takes a whole number from 1 on, not "0".'],
    [{ out: 'a.jpg' }, '--out takes the path of a .png file, not "a.jpg".'],
  ])('refuses %j', (given, sentence) => {
    expect(() => parseOptions(schema, given)).toThrow(new UserError(sentence))
  })
})

describe('optionsFor', () => {
  it('makes an option of everything but groups, with its default told and not given', () => {
    const options = optionsFor(runOptions)
    expect(options.map((option) => option.attributeName())).toEqual(
      Object.keys(runOptions.shape).filter((key) => key !== 'game'),
    )
    const told = (name: string) => options.find((option) => option.attributeName() === name)
    expect(told('logEvery')).toMatchObject({ flags: '--log-every <n>', defaultValue: undefined })
    expect(told('logEvery')?.description).toMatch(/ \(default: 50\)$/)
    expect(told('data')?.description).toMatch(/ \(default: "mnist"\)$/)
    expect(told('threads')?.description).toMatch(/ \(default: one per core\)$/)
    expect(told('strict')).toMatchObject({ flags: '--strict' })
    expect(told('strict')?.description).not.toContain('default')
  })
})
