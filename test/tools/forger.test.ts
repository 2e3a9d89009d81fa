import { cpSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeRunsTypeScript } from '../../tools/strip-types.mjs'
import { makeTree, repository, runNode } from './tree.ts'

const main = `#!/usr/bin/env node
const name: string = process.argv[1] ?? ''
console.log(name.slice(-11).replaceAll('\\\\', '/'), ...process.argv.slice(2))
process.exitCode = Number(process.argv[2])
`

describe('tools/forger.mjs', () => {
  let folder: string
  const forger = (...args: string[]) =>
    runNode(...args.slice(0, -1), join(folder, 'tools/forger.mjs'), ...args.slice(-1))

  beforeAll(() => {
    folder = makeTree({
      'package.json': JSON.stringify({ type: 'module', bin: { forger: 'dist/cli/main.js' } }),
      'tsconfig.json': readFileSync(join(repository, 'tsconfig.json'), 'utf8'),
      'tsconfig.build.json': readFileSync(join(repository, 'tsconfig.build.json'), 'utf8'),
      'src/cli/main.ts': main,
    })
    cpSync(join(repository, 'tools'), join(folder, 'tools'), { recursive: true })
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'junction')
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  it.runIf(nodeRunsTypeScript)('runs the source where Node runs TypeScript, and keeps its exit status', () => {
    expect(forger('--no-warnings', '3')).toEqual({ status: 3, output: 'cli/main.ts 3\n' })
  })

  it('builds for a Node that runs no TypeScript, and again only when a source is newer', () => {
    const olderNode = nodeRunsTypeScript ? ['--no-experimental-strip-types'] : []
    const building = expect.stringContaining('cannot run TypeScript: building dist/ first.')
    expect(forger(...olderNode, '4')).toEqual({ status: 4, output: building })
    expect(forger(...olderNode, '5')).toEqual({ status: 5, output: 'cli/main.js 5\n' })
    const later = new Date(Date.now() + 60_000)
    utimesSync(join(folder, 'src/cli/main.ts'), later, later)
    expect(forger(...olderNode, '6')).toEqual({ status: 6, output: building })
  })
})
