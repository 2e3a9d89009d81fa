import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadMnist } from '../src/data/mnist-node.ts'
import { typescriptLoader } from './cli/forger.ts'
import { idxBytes } from './data/idx-bytes.ts'
import { repository } from './tools/tree.ts'

const library = join(repository, 'src/index.ts')
const examples = readdirSync(join(repository, 'examples')).filter((name) => name.endsWith('.ts'))

/** Lets `import ... from 'forger-gan'` find the source, for there may be no dist/. */
const resolveToSource = `
  import { register } from 'node:module'
  register('data:text/javascript,' + encodeURIComponent(\`
    export const resolve = (specifier, context, next) =>
      next(specifier === 'forger-gan' ? '${pathToFileURL(library).href}' : specifier, context)
  \`))`
const hook = `data:text/javascript,${encodeURIComponent(resolveToSource)}`

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forger-examples-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs an example and gives what it wrote. */
function run(example: string, ...args: readonly string[]): string {
  const path = join(repository, 'examples', example)
  // The newest Node calls register() outdated; what comes after it is not in Node 20.
  const flags = ['--no-deprecation', ...typescriptLoader, '--import', hook]
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, path, ...args], {
    cwd: folder,
    env: { ...process.env, FORGER_TUNE: '0' },
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

describe('the examples', () => {
  it('are correct TypeScript', () => {
    const config = ts.readConfigFile(join(repository, 'tsconfig.json'), (path) => ts.sys.readFile(path))
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, repository)
    const program = ts.createProgram(
      examples.map((name) => join(repository, 'examples', name)),
      { ...options, paths: { 'forger-gan': [library] } },
    )
    const sources = program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.startsWith(join(repository, 'examples/')))
    expect(sources).toHaveLength(examples.length)
    const faults = sources.flatMap((source) => ts.getPreEmitDiagnostics(program, source))
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])
  })

  it('follow a run, and go on with it', () => {
    expect(run('follow-run.ts', '6')).toMatch(/^step 6: D\(G\(z\)\) 0\.\d\d\n6 steps, ended by steps\n$/)
    expect(run('follow-run.ts', '8')).toContain('8 steps, ended by steps')
    expect(readdirSync(join(folder, 'followed-run'))).toContain('report.html')
  })

  it('call code of their own every so many steps', () => {
    const lines = ['step 2: large-2.png', 'step 4: large-4.png', 'step 6: large-6.png', '6 steps, ended by steps', '']
    expect(run('callbacks.ts', '6')).toBe(lines.join('\n'))
    expect(readdirSync(join(folder, 'run-with-callbacks'))).toContain('large-4.png')
  })

  it('train the game of the command line', () => {
    expect(run('digits.ts', '2')).toMatch(/^2 \{\s+discriminatorLoss: \d/)
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['digits.png', 'generator.onnx']))
  })

  it('train on arrays of their own', () => {
    expect(run('from-arrays.ts', '3')).toMatch(/^2000 shapes, after 3 steps \{[^]*finite: 1/)
    expect(readdirSync(folder)).toContain('shapes.png')
  })

  it('train a game of their own', () => {
    expect(run('own-game.ts', '50')).toMatch(/^after 50 steps \{[^]*finite: 1/)
    expect(readdirSync(folder)).toContain('clouds.png')
  })

  it('train a layer of their own, which reads what it is given', () => {
    const [, first, last] = run('own-layer.ts', '1500').match(/distance (\d\.\d+), at the end (\d\.\d+)/) ?? []
    expect(Number(first)).toBeGreaterThan(0.2)
    expect(Number(last)).toBeLessThan(0.03)
  })

  it('compile a step of their own', () => {
    expect(run('own-step.ts')).toContain('y = 2.00 x + 1.00')
  })

  it('judge images that came from anywhere', async () => {
    const { images, shape } = await loadMnist('train')
    const negatives = images.subarray(0, 400 * shape[0] * shape[1]).map((byte) => 255 - byte)
    writeFileSync(join(folder, 'negatives.idx'), idxBytes([400, shape[0], shape[1]], [...negatives]))
    const judged = (name: string) =>
      Array.from(run('judge-images.ts', name, '400').matchAll(/ (\d+\.\d+)/g), ([, number]) => Number(number))
    const [digits, others] = [judged('mnist'), judged('idx:negatives.idx')]
    expect(digits).toHaveLength(5)
    expect(others[0]).toBeGreaterThan(5 * digits[0])
    // The first test digits of MNIST were written by other people than the first training digits.
    expect(digits[1]).toBeLessThan(75)
    expect(others[1]).toBeGreaterThan(95)
  })

  it('look inside a compiled step', () => {
    expect(run('look-inside.ts')).toMatch(/^phase 0\n[^]*\d+ bytes of WebAssembly\nloss \d\.\d{6}\n/)
  })

  it('evaluate a step in float64, tensor by tensor', () => {
    const shown = run('debug-step.ts')
    expect(shown).toMatch(/^classifier\/matmul +\[2, 3\] 5 1 -0\.5 1100 100 -50$/m)
    expect(shown).toContain('loss NaN; the first NaN is in naive/div\n')
    expect(shown).toMatch(/^loss 500\.0\d+$/m)
    expect(shown).toMatch(/^gradient of the weight: (-?\d+\.\d\d ?){6}$/m)
  })

  it('are all tried here', () => {
    // own-recipe.ts, own-method.ts and own-data.ts are for the command line, and tried in test/recipes and test/data.
    expect(examples.toSorted()).toEqual([
      'callbacks.ts',
      'debug-step.ts',
      'digits.ts',
      'follow-run.ts',
      'from-arrays.ts',
      'judge-images.ts',
      'look-inside.ts',
      'own-data.ts',
      'own-game.ts',
      'own-layer.ts',
      'own-method.ts',
      'own-recipe.ts',
      'own-step.ts',
    ])
  })
})
