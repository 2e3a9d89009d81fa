import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRunFolder } from '../../src/runs/folder-node.ts'
import { UserError } from '../../src/tensor/errors.ts'

const home = process.cwd()
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forger-folder-'))
  process.chdir(folder)
})
afterEach(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
})

describe('createRunFolder', () => {
  it('counts on from the highest number of the recipe', async () => {
    for (const name of ['mlp-2', 'mlp-10', 'mlp-x', 'mlpish-77', 'dcgan-90'])
      mkdirSync(join('runs', name), { recursive: true })
    expect((await createRunFolder('mlp')).path).toBe(join('runs', 'mlp-11'))
    expect((await createRunFolder('dcgan')).path).toBe(join('runs', 'dcgan-91'))
    expect((await createRunFolder('paper')).path).toBe(join('runs', 'paper-1'))
  })

  it('gives runs that start at once folders of their own', async () => {
    const folders = await Promise.all(Array.from({ length: 5 }, () => createRunFolder('mlp')))
    expect(new Set(folders.map(({ path }) => path)).size).toBe(5)
    expect(readdirSync('runs')).toHaveLength(5)
  })

  it('makes the folder that was asked for, and takes an empty one', async () => {
    const { samplesAt, finalSamples } = await createRunFolder('mlp', join('a', 'b'))
    writeFileSync(samplesAt(7), '')
    writeFileSync(finalSamples, '')
    expect(readdirSync(join('a', 'b', 'samples'))).toEqual(['final.png', 'step-000007.png'])
    mkdirSync('empty')
    expect((await createRunFolder('mlp', 'empty')).path).toBe('empty')
  })

  it('never writes into what is there', async () => {
    mkdirSync('full')
    writeFileSync(join('full', 'picture.png'), '')
    writeFileSync('file', '')
    for (const [path, sentence] of [
      ['full', 'full is not empty; name a new folder'],
      ['file', 'Cannot make the folder file: a file of that name is in the way.'],
      [join('file', 'run'), 'a file of that name is in the way.'],
    ]) {
      const made = createRunFolder('mlp', path)
      await expect(made).rejects.toThrow(UserError)
      await expect(made).rejects.toThrow(sentence)
    }
    expect(readdirSync('full')).toEqual(['picture.png'])
  })
})
