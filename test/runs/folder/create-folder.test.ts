import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRunFolder, makeParts } from '../../../src/runs/folder/create-folder-node.ts'
import { UserError } from '../../../src/tensor/errors.ts'

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
    const made = await createRunFolder('mlp', join('a', 'b'))
    expect(readdirSync(join('a', 'b'))).toEqual([])
    await makeParts(made)
    for (const file of [made.samplesAt(7), made.finalSamples, made.checkpointAt(1_234_567)]) writeFileSync(file, '')
    expect(readdirSync(join('a', 'b', 'samples'))).toEqual(['final.png', 'step-000007.png'])
    expect(readdirSync(join('a', 'b', 'checkpoints'))).toEqual(['step-1234567.safetensors'])
    await makeParts(made)
    mkdirSync('empty')
    expect((await createRunFolder('mlp', 'empty')).path).toBe('empty')
  })

  it('takes a folder in which a run was killed before it began', async () => {
    mkdirSync('killed')
    for (const name of ['run.lock', 'options.json.77-1.tmp']) writeFileSync(join('killed', name), '')
    expect((await createRunFolder('mlp', 'killed')).path).toBe('killed')
  })

  it('says how to go on with the run that a folder holds', async () => {
    mkdirSync('taken')
    writeFileSync(join('taken', 'options.json'), '')
    await expect(createRunFolder('mlp', 'taken')).rejects.toThrow('go on with it by "forger resume taken"')
  })

  it('takes back what was made, where that was not all or nothing was put there', async () => {
    await expect(createRunFolder('mlp', join('a', 'b', 'x'.repeat(300)))).rejects.toThrow('its name is too long')
    for (const path of [join('a', 'b'), undefined]) await (await createRunFolder('mlp', path)).discard()
    expect(readdirSync('.')).toEqual([])
    mkdirSync('mine')
    await (await createRunFolder('mlp', join('mine', 'run'))).discard()
    const used = await createRunFolder('mlp', join('used', 'run'))
    writeFileSync(used.options, '')
    await used.discard()
    expect(readdirSync('.', { recursive: true, encoding: 'utf8' }).toSorted()).toEqual([
      'mine',
      'used',
      join('used', 'run'),
      join('used', 'run', 'options.json'),
    ])
  })

  it('never writes into what is there', async () => {
    mkdirSync('full')
    writeFileSync(join('full', 'picture.png'), '')
    writeFileSync('file', '')
    symlinkSync('nowhere', 'link')
    for (const [path, sentence] of [
      ['full', 'full is not empty; name a new folder'],
      ['file', 'Cannot make the folder file: a file of that name is in the way.'],
      [join('file', 'run'), 'a file of that name is in the way.'],
      ['link', 'a file of that name is in the way.'],
    ]) {
      const made = createRunFolder('mlp', path)
      await expect(made).rejects.toThrow(UserError)
      await expect(made).rejects.toThrow(sentence)
    }
    expect(readdirSync('full')).toEqual(['picture.png'])
  })
})
