import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeRunsTypeScript } from '../../tools/strip-types.mjs'
import { runForger } from '../cli/forger.ts'
import { repository } from '../tools/tree.ts'

// The same as JavaScript, for a Node that runs no TypeScript: the example has no types in it.
const example = nodeRunsTypeScript ? 'own-data.ts' : 'own-data.mjs'

/** 120 images of 4 x 4 in three classes, or as many as it is asked for, each with a row of two numbers. */
const tiny = `
import { dataSource, numberField } from 'forger-gan'

export default dataSource({
  name: 'tiny',
  load({ argument = '120', progress }) {
    const count = Number(argument)
    progress(count, count)
    return {
      images: Uint8Array.from({ length: count * 16 }, (_, index) => (index * 71) % 256),
      shape: [4, 4, 1],
      labels: Array.from({ length: count }, (_, index) => index % 3),
      beside: { row: { field: numberField([2]), values: new Float32Array(2 * count) } },
    }
  },
})
`

let folder = ''
const at = (...path: string[]) => join(folder, ...path)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forger-own-data-'))
  copyFileSync(join(repository, 'examples/own-data.ts'), at(example))
  writeFileSync(at('tiny.mjs'), tiny)
})
afterAll(() => rmSync(folder, { recursive: true }))

const factsOf = async (...args: readonly string[]): Promise<unknown> => {
  const { status, stdout, stderr } = await runForger(folder, 'data', ...args, '--json')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return JSON.parse(stdout)
}

describe('a data source of their own', () => {
  it('gives its parts, with the argument after its path', async () => {
    expect(await factsOf(`./${example}`, '--split', 'test')).toMatchObject({
      name: 'small-and-large-digits test',
      summary: 'digits of MNIST, each with a small copy of itself as its source',
      count: 10_000,
      fields: { source: { kind: 'numbers', shape: [7, 7, 1], range: 'signed' } },
    })
    expect(await factsOf(`${example}:14`, '--split', 'test')).toMatchObject({
      name: 'small-and-large-digits:14 test',
      fields: { source: { shape: [2, 2, 1] } },
    })
  })

  it('may give arrays', async () => {
    const all = await factsOf('tiny.mjs')
    expect(all).toMatchObject({ name: 'tiny', count: 120, shape: [4, 4, 1], fields: { row: { shape: [2] } } })
    expect(all).toHaveProperty('classes.length', 3)
    expect(all).not.toHaveProperty('summary')
    expect(await factsOf('tiny.mjs:6')).toMatchObject({ name: 'tiny:6', count: 6 })
  })

  it('can be half of a pair', async () => {
    expect(await factsOf('unpaired:tiny.mjs:6+./tiny.mjs:9')).toMatchObject({
      name: 'tiny:6 and tiny:9',
      count: 9,
      fields: { row: {}, source: { shape: [4, 4, 1] } },
    })
  })

  it('trains a run that goes on to the same bytes, and draws', async () => {
    const options = ['--batch', '8', '--threads', '1', '--set', 'game.discriminator.units=12']
    const train = (steps: string, out: string) =>
      runForger(folder, 'train', '--data', './tiny.mjs', ...options, '--steps', steps, '--hold-out', '20', '--out', out)
    expect(await train('12', 'straight')).toMatchObject({ status: 0, stderr: '' })
    const record: unknown = JSON.parse(readFileSync(at('straight/options.json'), 'utf8'))
    expect(record).toMatchObject({
      options: { data: './tiny.mjs' },
      data: { name: 'tiny without 20 held back', fields: { row: { kind: 'numbers', shape: [2], range: null } } },
    })
    await train('5', 'cut')
    expect(await runForger(folder, 'resume', 'cut', '--steps', '12')).toMatchObject({ status: 0, stderr: '' })
    const checkpoint = 'checkpoints/step-000012.safetensors'
    expect(readFileSync(at('cut', checkpoint)).equals(readFileSync(at('straight', checkpoint)))).toBe(true)
    const drawn = await runForger(folder, 'sample', 'cut', '--count', '4', '--out', 'drawn.png')
    expect(drawn).toMatchObject({ status: 0, stderr: '' })
  }, 60_000)

  it('is refused when it gives other data than the run began with', async () => {
    writeFileSync(at('tiny.mjs'), tiny.replace('* 71', '* 73'))
    const { status, stderr } = await runForger(folder, 'resume', 'straight', '--steps', '20')
    writeFileSync(at('tiny.mjs'), tiny)
    expect(stderr).toMatch(
      /^error: The data tiny without 20 held back is not what the run in straight began with .+\.\n$/,
    )
    expect(status).toBe(2)
  })

  it('may have moved', async () => {
    renameSync(at('tiny.mjs'), at('moved.mjs'))
    const resumed = await runForger(folder, 'resume', 'straight', '--steps', '13', '--data', 'moved.mjs')
    renameSync(at('moved.mjs'), at('tiny.mjs'))
    expect(resumed).toMatchObject({ status: 0, stderr: '' })
  })
})

const made = (parts: string) =>
  `import { dataSource, datasets } from 'forger-gan'\nexport default dataSource({ ${parts} })`
const giving = (data: string) => made(`name: 'x', load: () => (${data})`)

describe('a file that gives no data', () => {
  it.each<[name: string, text: string | null, sentence: string | RegExp]>([
    ['missing.mjs', null, 'Cannot read missing.mjs: there is no such file.'],
    [
      'text.cjs',
      '',
      "text.cjs is neither TypeScript nor JavaScript that can be imported; a data source's file ends in .ts, .js or .mjs.",
    ],
    ['syntax.mjs', 'export default {', /^syntax\.mjs cannot be run: SyntaxError: .+\.$/],
    ['throws.mjs', "throw new Error('it is\\nbroken')", 'throws.mjs cannot be run: Error: it is.'],
    [
      'nothing.js',
      'export const data = 3',
      'nothing.js has no default export; end it with export default dataSource({ ... }).',
    ],
    [
      'recipe.mjs',
      "export default { name: 'x', summary: 'x', game() {} }",
      'What recipe.mjs exports by default is no data source, for its load is missing or wrong; make it by dataSource({ ... }) of forger-gan.',
    ],
    [
      'named.mjs',
      made("name: 'a b', load() {}"),
      'What named.mjs exports by default is no data source, for its name is missing or wrong; make it by dataSource({ ... }) of forger-gan.',
    ],
    [
      'fails.mjs',
      made("name: 'x', load: ({ nowhere }) => nowhere.at"),
      /^The data of fails\.mjs cannot be loaded: TypeError: .+\.$/,
    ],
    [
      'refuses.mjs',
      made("name: 'x', async load() { return datasets.fromArrays({}) }"),
      'refuses.mjs: data has neither images nor points; give one of them.',
    ],
    [
      'void.mjs',
      giving('undefined'),
      'void.mjs: load gives no data; let it return a source, or images or points as datasets.fromArrays takes them.',
    ],
    ['empty.mjs', giving('{}'), 'empty.mjs: x has neither images nor points; give one of them.'],
    [
      'shape.mjs',
      giving('{ images: new Uint8Array(8), shape: [2, 4] }'),
      'shape.mjs: x has images of the shape [2,4]; give [height, width, channels], with 1 or 3 channels.',
    ],
    [
      'whole.mjs',
      giving('{ images: new Uint8Array(9), shape: [2, 4, 1] }'),
      'whole.mjs: x has 9 bytes, which is no multiple of one image of 2 x 4 x 1.',
    ],
    [
      'labels.mjs',
      giving('{ points: [1, 2], labels: [1, 2] }'),
      'labels.mjs: x has 1 points but 2 labels; give the labels that belong to these points.',
    ],
  ])('%s: one sentence', async (name, text, sentence) => {
    if (text !== null) writeFileSync(at(name), text)
    const { status, stderr, stdout } = await runForger(folder, 'data', name)
    expect({ status, stdout, lines: stderr.split('\n').length }).toEqual({ status: 2, stdout: '', lines: 2 })
    const said = stderr.replace(/^error: /, '').trimEnd()
    if (typeof sentence === 'string') expect(said).toBe(sentence)
    else expect(said).toMatch(sentence)
  })

  it('has no test part unless it says so', async () => {
    const { status, stderr } = await runForger(folder, 'data', 'tiny.mjs', '--split', 'test')
    expect(stderr).toMatch(/^error: "tiny\.mjs" has no separate test part; .+\.\n$/)
    expect(status).toBe(2)
  })

  it('leaves no run behind', async () => {
    const { status } = await runForger(folder, 'train', '--data', 'fails.mjs', '--out', 'no')
    expect(status).toBe(2)
    expect(() => readFileSync(at('no/options.json'))).toThrow('ENOENT')
  })
})
