import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readOptionFile } from '../../../src/runs/options/option-file-node.ts'
import { UserError } from '../../../src/tensor/errors.ts'

let folder = ''
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'forger-options-'))))
afterAll(() => rmSync(folder, { recursive: true }))

/** What is read of a file that holds this. */
function read(content: string | Uint8Array): Promise<unknown> {
  const path = join(folder, 'run.yaml')
  writeFileSync(path, content)
  return readOptionFile(path)
}

const deep = (levels: number): string => '[\n'.repeat(levels)

describe('readOptionFile', () => {
  const tree = { batch: 64, learningRate: 5e-4, data: 'idx:a,b', game: { generator: { units: [128, 256] } } }

  it('reads YAML and JSON', async () => {
    expect(await read(stringify(tree))).toEqual(tree)
    expect(await read(JSON.stringify(tree))).toEqual(tree)
    expect(await read(`\uFEFF# of a Tuesday\n${stringify(tree)}`)).toEqual(tree)
  })

  it('understands names as the command line writes them', async () => {
    expect(await read('learning-rate: 5e-4\ngame: {final-rate: 0.1}')).toEqual({
      learningRate: 5e-4,
      game: { finalRate: 0.1 },
    })
  })

  it.each(['', '\n\n', '# batch: 64', 'null'])('finds nothing told in %j', async (content) => {
    expect(await read(content)).toEqual({})
  })

  it('takes what an earlier run was told from its options.json, but not its folder', async () => {
    const record = {
      started: '2026-11-23T05:00:00.000Z',
      options: { ...tree, steps: 300, minutes: null, out: 'runs/mlp-1', strict: false },
      data: { name: 'mnist' },
    }
    expect(await read(JSON.stringify(record, null, 2))).toEqual({ ...tree, steps: 300, strict: false })
  })

  it.each<[what: string, content: string | Uint8Array, sentence: RegExp]>([
    ['a number', '3', /run\.yaml holds no options; write one on each line, as batch: 64\.$/],
    ['a list', '- batch', /holds no options/],
    ['what is no plain table', '%YAML 1.1\n---\n!!omap [batch: 3]', /holds no options/],
    ['a broken list', 'batch: 3\ngame: [', /run\.yaml, line 2, column 8: this is neither YAML nor JSON: .*\.$/],
    ['a tab', '\tbatch: 3', /line 1, column 1: this is neither YAML nor JSON: Tabs are not allowed as indentation\.$/],
    [
      'a name given twice',
      'batch: 3\nseed: 1\nbatch: 3',
      /line 3, column 1: batch is given twice; keep one of them\.$/,
    ],
    ['a name in both ways', '{"game": {"finalRate": 1, "final-rate": 1}}', /column 27: finalRate is given twice/],
    [
      'two documents',
      'batch: 3\n---\nseed: 3',
      /line 2, column 1: this is neither YAML nor JSON: a second document begins here\.$/,
    ],
    ['a tag', 'batch: !large 3', /column 8: this is neither YAML nor JSON: tags \(!name\) are not taken\.$/],
    ['an alias', 'batch: &a 3\nseed: *a', /run\.yaml has an alias \(\*name\); write out what it stands for\.$/],
    ['an alias to itself', 'game: &a {game: *a}', /has an alias/],
    ['a bomb', 'a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]', /has an alias/],
    ['depths', deep(5000), /line \d+, column \d+: this is neither YAML nor JSON: it is nested too deeply\.$/],
    ['no text', Uint8Array.of(0xff, 0xfe, 0), /run\.yaml is no text in UTF-8; options are written in YAML or JSON\.$/],
    ['a byte too much', '#'.repeat(2 ** 20 + 1), /run\.yaml has more than 1 MB, which is too much for options\.$/],
  ])('refuses %s', async (_what, content, sentence) => {
    await expect(read(content)).rejects.toThrow(UserError)
    await expect(read(content)).rejects.toThrow(sentence)
  })

  it('reads the largest file with many names in a few seconds', async () => {
    const lines = Array.from({ length: 2 ** 16 }, (_, index) => `name${String(index).padStart(6, '0')}: 1`)
    const content = lines.join('\n')
    expect(content.length).toBeGreaterThan(2 ** 20 - 2 ** 18)
    expect(Object.keys((await read(content)) as object)).toHaveLength(lines.length)
  }, 20_000)

  it('says what stands in the way of reading', async () => {
    await expect(readOptionFile(join(folder, 'none'))).rejects.toThrow(/Cannot read .*none: there is no such file\.$/)
    await expect(readOptionFile(folder)).rejects.toThrow(/is a folder; name a file, as options\.json in it\.$/)
  })

  it.runIf(process.platform === 'linux')('stops reading what has no end', async () => {
    await expect(readOptionFile('/dev/zero')).rejects.toThrow('/dev/zero has more than 1 MB')
    expect(await readOptionFile('/dev/null')).toEqual({})
  })

  it('gives a tree or one sentence for any bytes', async () => {
    const marks = '{}[]:,-?&*!|>\'"%@` \n\t#ab1'.split('').concat('\n  ', ': ', '- ', '<<', '---\n')
    const yaml = fc.array(fc.constantFrom(...marks), { maxLength: 30 })
    const contents = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'binary' }),
      fc.json(),
      yaml.map((parts) => parts.join('')),
      fc.object().map((object) => stringify(JSON.parse(JSON.stringify(object)))),
    )
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        try {
          expect(Object.getPrototypeOf(await read(content))).toBe(Object.prototype)
        } catch (error) {
          expect(error).toBeInstanceOf(UserError)
          expect((error as UserError).message).toMatch(/^\S*run\.yaml.*\.$/)
        }
      }),
      { numRuns: 300 },
    )
  })
})
