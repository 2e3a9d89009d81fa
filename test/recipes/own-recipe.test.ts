import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runForger } from '../cli/forger.ts'
import { idxBytes } from '../data/idx-bytes.ts'
import { nodeRunsTypeScript } from '../../tools/strip-types.mjs'
import { repository } from '../tools/tree.ts'

let folder = ''
const at = (...path: string[]) => join(folder, ...path)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forger-own-'))
  const pixels = Array.from({ length: 40 * 5 * 4 }, (_, index) => (index * 71) % 256)
  writeFileSync(at('images.idx'), idxBytes([40, 5, 4], pixels))
  // The same as JavaScript, for a Node that runs no TypeScript: the example has no types in it.
  copyFileSync(join(repository, 'examples/own-recipe.ts'), at(own))
})
afterAll(() => rmSync(folder, { recursive: true }))

const own = nodeRunsTypeScript ? 'own-recipe.ts' : 'own-recipe.mjs'
const small = ['--data', 'idx:images.idx', '--batch', '8', '--threads', '1', '--set', 'game.units=12']

describe('a recipe of their own', () => {
  it('is told as those of Forger are, by its path', async () => {
    const { status, stdout } = await runForger(folder, 'recipes', `./${own}`)
    expect(status).toBe(0)
    expect(stdout).toContain(`./${own}: least squares between two small perceptrons`)
    expect(stdout).toContain(`forger train ./${own} --set game.latent=16`)
  })

  it('trains, goes on to the same bytes, and draws', async () => {
    const steps = (count: number) => ['--steps', String(count)]
    const straight = await runForger(folder, 'train', own, ...small, ...steps(12), '--out', 'straight')
    expect(straight).toMatchObject({ status: 0, stderr: '' })
    const record: unknown = JSON.parse(readFileSync(at('straight/options.json'), 'utf8'))
    expect(record).toMatchObject({ options: { recipe: own, game: { units: [12] } } })
    expect(record).toHaveProperty('recipeFingerprint', expect.stringMatching(/^[\da-f]{32}$/))
    await runForger(folder, 'train', own, ...small, ...steps(5), '--out', 'cut')
    expect(await runForger(folder, 'resume', 'cut', ...steps(12))).toMatchObject({ status: 0, stderr: '' })
    for (const file of ['checkpoints/step-000012.safetensors', 'generator.onnx']) {
      expect(readFileSync(at('cut', file)).equals(readFileSync(at('straight', file))), file).toBe(true)
    }
    const drawn = await runForger(folder, 'sample', 'cut', '--count', '4', '--out', 'drawn.png')
    expect(drawn).toMatchObject({ status: 0, stderr: '' })
  }, 60_000)

  it('is refused when it has changed since', async () => {
    const before = readFileSync(at(own))
    writeFileSync(at(own), `${before.toString()}\n// Changed.\n`)
    const { status, stderr } = await runForger(folder, 'resume', 'straight', '--steps', '20')
    writeFileSync(at(own), before)
    expect(stderr).toMatch(
      new RegExp(
        `^error: straight/options\\.json: the recipe ${own} is not what it was when the run began \\(fingerprint [\\da-f]{32}\\); put its file back\\.\n$`,
      ),
    )
    expect(status).toBe(2)
  })
})

const imported = "import { recipe } from 'forger-gan'\n"
const complete = `name: 'x', summary: 'x', settings: {}, defaults: { batch: 2, learningRate: 1, discriminatorSteps: 1, steps: 1, minutes: 1 }`

describe('a file that is no recipe', () => {
  const wrongFiles: readonly (readonly [string, string | null, string | RegExp])[] = [
    ['missing.mjs', null, 'Cannot read missing.mjs: there is no such file.'],
    [
      'text.cjs',
      '',
      "text.cjs is neither TypeScript nor JavaScript that can be imported; a recipe's file ends in .ts, .js or .mjs.",
    ],
    ['syntax.mjs', 'export default {', /^syntax\.mjs cannot be run: SyntaxError: .+\.$/],
    ['types.ts', 'enum Wrong { a }', /^types\.ts cannot be run: SyntaxError: .+\.$/],
    ['throws.mjs', "throw new Error('it is\\nbroken')", 'throws.mjs cannot be run: Error: it is.'],
    ['needs.mjs', "import './nothing.mjs'", /^needs\.mjs cannot be run: Error: Cannot find module .+\.$/],
    [
      'nothing.js',
      'export const recipe = 3',
      'nothing.js has no default export; end it with export default recipe({ ... }).',
    ],
    [
      'number.mjs',
      'export default 3',
      'What number.mjs exports by default is no recipe; make it by recipe({ ... }) of forger-gan.',
    ],
    [
      'parts.mjs',
      `${imported}export default recipe({ name: 'x', summary: 'x', settings: {}, defaults: { batch: 2 }, game() {} })`,
      'What parts.mjs exports by default is no recipe, for its defaults.learningRate is missing or wrong; make it by recipe({ ... }) of forger-gan.',
    ],
    [
      'game.mjs',
      `${imported}export default recipe({ ${complete}, game({ nowhere }) { return nowhere.at } })`,
      /^The game of game\.mjs cannot be made: TypeError: .+\.$/,
    ],
  ]
  const here = wrongFiles.filter(([name]) => nodeRunsTypeScript || !name.endsWith('.ts'))
  it.each(here)('%s: one sentence', async (name, text, sentence) => {
    if (text !== null) writeFileSync(at(name), text)
    const { status, stderr, stdout } = await runForger(folder, 'train', name, ...small.slice(0, 6), '--out', 'no')
    expect({ status, stdout, lines: stderr.split('\n').length }).toEqual({ status: 2, stdout: '', lines: 2 })
    const said = stderr.replace(/^error: /, '').trimEnd()
    if (typeof sentence === 'string') expect(said).toBe(sentence)
    else expect(said).toMatch(sentence)
  })
})

it.runIf(nodeRunsTypeScript)('an older Node asks for JavaScript', () => {
  writeFileSync(at('later.ts'), 'export default 3')
  const script = `
    Object.defineProperty(process.features, 'typescript', { value: false })
    const { loadOwnRecipe } = await import(${JSON.stringify(join(repository, 'src/recipes/own-node.ts'))})
    await loadOwnRecipe('later.ts').catch(({ message }) => console.log(message))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(stdout).toBe(
    `Node ${process.versions.node} cannot run later.ts, which is TypeScript; write the recipe in JavaScript, or use Node 22.18 or newer.\n`,
  )
})
