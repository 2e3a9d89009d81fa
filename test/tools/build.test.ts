import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { build } from '../../tools/compile.mjs'
import { makeTree, repository, runNode } from './tree.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })))

const manifest = JSON.stringify({
  type: 'module',
  bin: { forger: 'dist/cli/main.js' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
})

const sources = {
  'package.json': manifest,
  'src/index.ts': `import type { Count } from './count.ts'\nexport const start: Count = 41\nexport type { Count }\n`,
  'src/count.ts': 'export type Count = number\n',
  'src/cli/main.ts': [
    '#!/usr/bin/env node',
    `import { Worker } from 'node:worker_threads'`,
    `import { start } from '../index.ts'`,
    `const worker = new Worker(new URL('../worker-node.ts', import.meta.url), { workerData: start })`,
    `worker.on('message', (count: number) => console.log('counted', count))`,
    '',
  ].join('\n'),
  'src/worker-node.ts': [
    `import { parentPort, workerData } from 'node:worker_threads'`,
    `import type { Count } from './count.ts'`,
    `const count: Count = workerData`,
    `parentPort?.postMessage(count + 1)`,
    '',
  ].join('\n'),
}

/** A project with this repository's compiler settings and packages. */
function project(changes: Record<string, string> = {}): string {
  const own = (path: string) => readFileSync(join(repository, path), 'utf8')
  const settings = Object.fromEntries(['tsconfig.json', 'tsconfig.build.json'].map((path) => [path, own(path)]))
  const folder = makeTree({ ...settings, ...sources, ...changes })
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'junction')
  folders.push(folder)
  return folder
}

describe('the build', () => {
  it('makes a command that finds its modules and its worker, and nothing else', () => {
    const folder = project({ 'dist/old.js': 'left over' })
    expect(build(folder)).toEqual([])
    expect(runNode('--no-warnings', join(folder, 'dist/cli/main.js'))).toEqual({ status: 0, output: 'counted 42\n' })
    expect(readFileSync(join(folder, 'dist/cli/main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    if (process.platform !== 'win32') expect(statSync(join(folder, 'dist/cli/main.js')).mode & 0o111).toBe(0o111)
    expect(readFileSync(join(folder, 'dist/index.d.ts'), 'utf8')).toContain('start: Count')
    expect(existsSync(join(folder, 'dist/old.js'))).toBe(false)
    expect(readdirSync(folder).filter((name) => name.startsWith('dist'))).toEqual(['dist'])
  })

  it('refuses wrong types and paths that would name nothing, and keeps the older build', () => {
    const folder = project({
      'dist/old.js': 'still here',
      'src/index.ts': `export const start: number = 'no'`,
      'src/count.ts': [
        'export type Count = number',
        `export const path = './index.ts'`,
        `new URL('./missing.ts', import.meta.url)`,
        'new URL(`./${path}.ts`, import.meta.url)',
      ].join('\n'),
    })
    const advice = `names no file of dist/: write new URL('./name.ts', import.meta.url).`
    expect(build(folder)).toEqual([
      `src/index.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.`,
      `src/count.ts:2: './index.ts' ${advice}`,
      `src/count.ts:3: './missing.ts' ${advice}`,
      `src/count.ts:4: \`./\${path}.ts\` ${advice}`,
    ])
    expect(readdirSync(join(folder, 'dist'))).toEqual(['old.js'])
  })

  it('refuses what package.json promises and nothing keeps', () => {
    const folder = project({ 'src/cli/main.ts': 'export {}' })
    rmSync(join(folder, 'src/index.ts'))
    const { status, output } = runNode(join(repository, 'tools/build.mjs'), folder)
    expect(output).toContain('package.json names ./dist/index.js, which has no source\n')
    expect(output).toContain(
      'package.json installs dist/cli/main.js, whose source must start with #!/usr/bin/env node\n',
    )
    expect(output).toContain('Not built, dist/ is unchanged: 3 errors\n')
    expect(status).toBe(1)
    expect(existsSync(join(folder, 'dist'))).toBe(false)
  })
})
