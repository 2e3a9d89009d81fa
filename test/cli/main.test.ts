import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repository } from '../tools/tree.ts'
import { folderWithImages, runForger } from './forger.ts'

let folder = ''
beforeAll(() => {
  folder = folderWithImages()
  writeFileSync(join(folder, 'file'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a mistake on the command line', () => {
  const own = ['--data', 'idx:images.idx', '--batch', '8']
  it.each<[what: string, args: readonly string[], sentence: RegExp]>([
    ['an unknown command', ['trian'], /unknown command 'trian' \(Did you mean train\?\)/],
    ['an unknown option', ['train', '--stps', '3'], /unknown option '--stps' \(Did you mean --steps\?\)/],
    ['a negative number', ['train', '--steps', '-3'], /--steps takes a whole number from 1 on, not "-3"\./],
    ['a word for a number', ['train', '--minutes', 'two'], /--minutes takes a number above 0, not "two"\./],
    ['nothing for a number', ['train', '--seed', ''], /--seed takes a whole number from 0 .*, not ""\./],
    ['an unknown recipe', ['train', '--recipe', 'mlpp', ...own], /Unknown recipe "mlpp"; did you mean "mlp"\?/],
    ['unknown data', ['train', '--data', 'mnits'], /Unknown data "mnits"; did you mean "mnist"\?/],
    ['a missing file', ['train', '--data', 'idx:none.idx'], /Cannot read none\.idx: there is no such file\./],
    ['a broken file', ['train', '--data', 'idx:file'], /file is not an IDX file/],
    ['too large a batch', ['train', '--data', 'idx:images.idx'], /A batch of 128 is more than the 96 images/],
    ['too many threads', ['train', '--threads', '1000', ...own], /There cannot be 1000 threads/],
    ['a folder with something in it', ['train', '--out', '.', ...own], /\. is not empty; name a new folder/],
    [
      'a folder in a file',
      ['train', '--out', 'file/run', ...own],
      /Cannot make the folder file\/run: a file .* in the way/,
    ],
    ['an unknown recipe to explain', ['doctor', '--explain', 'x'], /Unknown recipe "x"\. Known are mlp/],
  ])('is told in one sentence: %s', async (_what, args, sentence) => {
    const { status, stdout, stderr } = await runForger(folder, ...args)
    expect(stderr).toMatch(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(readdirSync(folder).toSorted(), 'nothing is left behind').toEqual(['file', 'images.idx'])
  })

  it.runIf(process.platform === 'linux')('is told where a folder takes no children', async () => {
    const { status, stderr } = await runForger(folder, 'train', '--out', '/proc/forger/run', ...own)
    expect(stderr).toMatch(/^error: Cannot make the folder \/proc\/forger/)
    expect(status).toBe(2)
  })
})

describe('help', () => {
  it('comes without any argument too, and names every command', async () => {
    const asked = await runForger(folder, '--help')
    expect(asked.status).toBe(0)
    expect(asked.stdout).toMatch(/^Usage: forger [^]*\n {2}train .*\n {2}doctor .*/)
    expect(await runForger(folder)).toEqual(asked)
  })

  it('says for every option of train what it does and what it is otherwise', async () => {
    const { stdout } = await runForger(folder, 'train', '--help')
    const options = stdout.match(/^ {2}--[a-z-]+(?: <[a-z]+>)? +\S/gm)
    expect(options).toHaveLength(13)
    expect(stdout).toContain('--data <source>         real images to learn from (default: "mnist")')
    expect(stdout).toMatch(/Recipes:\n {2}mlp /)
    expect(stdout).toMatch(/Examples:\n {2}forger train /)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('knows the version', async () => {
    const { version }: { version: string } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    expect(await runForger(folder, '--version')).toMatchObject({ status: 0, stdout: `${version}\n` })
  })
})
