import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { build } from '../../tools/compile.mjs'
import { repository } from './tree.ts'

/** What the build and `npm pack` read. */
const ingredients = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'src', 'README.md', 'LICENSE']

/** Builds this package in `folder`, which must not exist, with links to the packages that it needs; dist/ of the repository stays as it is. */
export function buildPackage(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const path of ingredients) cpSync(join(repository, path), join(folder, path), { recursive: true })
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'junction')
  expect(build(folder)).toEqual([])
}
