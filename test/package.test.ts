import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { stripTypes } from '../tools/strip-types.mjs'
import { buildPackage } from './tools/package.ts'
import { repository } from './tools/tree.ts'

vi.setConfig({ testTimeout: 90_000 })

/** What somebody has who ran `npm install forger-gan` in an empty project. */
let workplace = ''
let tarball = ''
let project = ''
let installed = ''

beforeAll(() => {
  workplace = mkdtempSync(join(tmpdir(), 'forger-package-'))
  const built = join(workplace, 'built')
  buildPackage(built)
  npm(built, 'pack', '--silent', '--pack-destination', workplace)
  tarball = join(workplace, readdirSync(workplace).find((name) => name.endsWith('.tgz')) ?? '')

  project = join(workplace, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "somebody", "private": true, "type": "module" }')
  npm(project, 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', tarball)
  installed = join(project, 'node_modules/forger-gan')
}, 180_000)
afterAll(() => rmSync(workplace, { recursive: true, force: true }))

/** `npm` or `npx`, on whichever Node comes first in PATH; gives what it wrote to stdout. */
function run(command: 'npm' | 'npx' | 'node', cwd: string, path: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, FORGER_TUNE: '0' },
    shell: process.platform === 'win32',
  })
  expect(status, stdout + stderr).toBe(0)
  return stdout
}

const npm = (cwd: string, ...args: readonly string[]) => run('npm', cwd, process.env['PATH'] ?? '', args)

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()

const json = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), 'utf8'))

describe('the packed package', () => {
  it('holds what was built of each source, README and licence, and nothing else', () => {
    const sources = filesBelow(join(workplace, 'built/src'))
    const built = sources.flatMap((path) =>
      ['.js', '.js.map', '.d.ts'].map((ending) => `dist/${path.replace(/\.ts$/, ending)}`),
    )
    expect(filesBelow(installed)).toEqual([...built, 'LICENSE', 'README.md', 'package.json'].toSorted())
    expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toMatch(/^MIT License\n\nCopyright \(c\) \d{4} /)
    expect(json(installed, 'package.json')).toMatchObject({ license: 'MIT', engines: { node: '>=20.19' } })
    console.log(`${filesBelow(installed).length} files, ${Math.round(statSync(tarball).size / 1024)} KiB packed`)
    expect(statSync(tarball).size).toBeLessThan(2 * 1024 * 1024)
  })

  it('has maps that bring their sources along', () => {
    const maps = filesBelow(installed).filter((path) => path.endsWith('.map'))
    for (const path of maps) {
      const { sources, sourcesContent } = json(installed, path)
      const texts = sources.map((source: string) =>
        readFileSync(join(workplace, 'built', dirname(path), source), 'utf8'),
      )
      expect(sourcesContent, path).toEqual(texts)
      const script = readFileSync(join(installed, path.replace(/\.map$/, '')), 'utf8')
      expect(script.trimEnd().split('\n').at(-1)).toBe(`//# sourceMappingURL=${path.split('/').at(-1)}`)
    }
  })

  it('promises what it has, with types first', () => {
    const { exports, bin } = json(installed, 'package.json')
    expect(Object.keys(exports)).toEqual(['.', './browser'])
    for (const conditions of Object.values<Record<string, string>>(exports)) {
      expect(Object.keys(conditions)).toEqual(['types', 'default'])
      for (const path of Object.values(conditions)) expect(existsSync(join(installed, path)), path).toBe(true)
    }
    expect(bin).toEqual({ forger: 'dist/cli/main.js' })
    expect(readFileSync(join(installed, bin.forger), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    if (process.platform !== 'win32') expect(statSync(join(installed, bin.forger)).mode & 0o111).toBe(0o111)
  })

  it('needs no install script of anybody', () => {
    const packages = Object.entries<{ hasInstallScript?: boolean }>(json(project, 'package-lock.json').packages)
    expect(packages.map(([path]) => path)).toEqual(
      expect.arrayContaining(['node_modules/forger-gan', 'node_modules/sharp', 'node_modules/zod']),
    )
    expect(packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([])
  })
})

/** A system's own Node 20: users of that version have no other. */
function findNode20(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const nodes = folders.map((folder) => join(folder, 'node')).filter((path) => existsSync(path))
  return nodes.find((path) => execFileSync(path, ['--version'], { encoding: 'utf8' }).startsWith('v20.'))
}

const node20 = findNode20()

describe.each([
  [`Node ${process.versions.node}`, process.execPath],
  node20 === undefined ? ['Node 20, which is not on the PATH of this machine', ''] : ['Node 20', node20],
])('on %s', (name, node) => {
  const path = `${dirname(node)}${delimiter}${process.env['PATH']}`
  const folder = name.replaceAll(/\W+/g, '-')

  it.skipIf(node === '')('`forger train` trains', () => {
    run('npx', project, path, ['--no', 'forger', 'train', '--steps', '20', '--batch', '32', '--out', folder])
    expect(filesBelow(join(project, folder))).toEqual(
      expect.arrayContaining(['generator.onnx', 'log.jsonl', 'options.json', 'samples/final.png']),
    )
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().replace('v', '')
    expect(json(project, folder, 'options.json')).toMatchObject({
      options: { steps: 20, batch: 32 },
      versions: { node: expect.stringContaining(version) },
    })
    const lines = readFileSync(join(project, folder, 'log.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ step: 20, generatorLoss: expect.any(Number) })
  })

  it.skipIf(node === '')('a program trains a game of its own', async () => {
    const example = readFileSync(join(repository, 'examples/own-game.ts'), 'utf8')
    writeFileSync(join(project, 'own-game.js'), await stripTypes(example))
    rmSync(join(project, 'clouds.png'), { force: true })
    expect(run('node', project, path, ['own-game.js', '20'])).toMatch(/^after 20 steps \{[^]*finite: 1/)
    expect(existsSync(join(project, 'clouds.png'))).toBe(true)
  })
})

describe('its types', () => {
  const page = `
    import { composeGrid, createTrainer, imagesOf, openDevice, recipes } from 'forger-gan/browser'
    const device = await openDevice()
    const game = recipes.mlp.game({ ...recipes.mlp.defaults, dataShape: [8, 8, 1] })
    const trainer = await createTrainer(device, game, { images: new Uint8Array(4096), count: 64 })
    const [{ generatorLoss }] = await trainer.train(1)
    const { pixels }: { pixels: Uint8Array } = composeGrid(imagesOf(await trainer.sample(4), game))
    await device.close()
    export const outcome: readonly [number, Uint8Array] = [generatorLoss, pixels]`
  const using = (entry: string) => `
    import { openDevice } from '${entry}'
    export async function shapeOfSum() {
      await using device = await openDevice()
      return device.variable('x', [2]).tensor.add(1).shape
    }`
  const wrong = (entry: string) => `import { openDevice } from '${entry}'\nawait openDevice({ threads: 'all' })\n`

  /** What TypeScript says against files of the project where it takes no declaration on trust, except for other packages' own. */
  function findings(names: readonly string[], settings: ts.CompilerOptions): string[] {
    const paths = names.map((name) => join(project, name))
    const program = ts.createProgram(paths, {
      strict: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      skipLibCheck: false,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      typeRoots: [join(project, 'node_modules/@types')],
      ...settings,
    })
    const isForeign = (path: string) => path.includes('/node_modules/') && !path.includes('/node_modules/forger-gan/')
    const format = { getCurrentDirectory: () => project, getCanonicalFileName: String, getNewLine: () => '\n' }
    return ts
      .getPreEmitDiagnostics(program)
      .filter(({ file }) => file === undefined || !isForeign(file.fileName))
      .map((one) => ts.formatDiagnostic(one, format).trim())
  }

  const nodeNext = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }
  const bundler = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }
  const found = [`wrong.ts(2,20): error TS2322: Type 'string' is not assignable to type 'number'.`]

  beforeAll(() => {
    mkdirSync(join(project, 'node_modules/@types'), { recursive: true })
    for (const name of ['@types/node', 'undici-types']) {
      symlinkSync(join(repository, 'node_modules', name), join(project, 'node_modules', name), 'junction')
    }
  })

  it.each([
    ['NodeNext', nodeNext],
    ['Bundler', bundler],
  ])('hold in Node, by %s, without the types of pages', (_, resolution) => {
    const examples = readdirSync(join(repository, 'examples')).filter((name) => name.endsWith('.ts'))
    for (const name of examples) copyFileSync(join(repository, 'examples', name), join(project, name))
    const [, documented] = /```ts\n([^]*?) \* ```/.exec(readFileSync(join(repository, 'src/index.ts'), 'utf8')) ?? []
    writeFileSync(join(project, 'documented.ts'), documented.replaceAll(/^ \* ?/gm, ''))
    writeFileSync(join(project, 'using.ts'), using('forger-gan'))
    writeFileSync(join(project, 'wrong.ts'), wrong('forger-gan'))
    const settings = { ...resolution, lib: ['lib.es2023.d.ts'], types: ['node'] }
    expect(findings([...examples, 'documented.ts', 'using.ts', 'wrong.ts'], settings)).toEqual(found)
  })

  it('hold in a page, without the types of Node', () => {
    writeFileSync(join(project, 'page.ts'), page)
    writeFileSync(join(project, 'wrong.ts'), wrong('forger-gan/browser'))
    const settings = { ...bundler, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'], types: [] }
    expect(findings(['page.ts', 'wrong.ts'], settings)).toEqual(found)
    writeFileSync(join(project, 'using.ts'), using('forger-gan/browser'))
    const lib = [...settings.lib, 'lib.esnext.disposable.d.ts']
    expect(findings(['page.ts', 'using.ts'], { ...settings, lib })).toEqual([])
  })
})
