import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestContext } from 'vitest'
import { sources } from '../../src/data/sources.ts'
import { runForger } from './forger.ts'

/** What every source is called, with a colon where more has to follow. */
const allData = Object.values(sources)
  .map(({ usage }) => usage.replace(/:.*/, ':'))
  .toSorted()

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'forger-completion-'))
  for (const shell of shells) {
    writeFileSync(join(folder, `script.${shell}`), (await runForger(folder, 'completion', shell)).stdout)
  }
  for (const path of ['runs/mlp-1', 'runs/my run', 'faces']) mkdirSync(join(folder, path), { recursive: true })
  for (const path of ['first.idx', 'first-labels.idx', 'options.yaml']) writeFileSync(join(folder, path), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

function run(shell: Shell, ...args: readonly string[]): string {
  const { stdout, stderr, status, error } = spawnSync(shell, args, { cwd: folder, encoding: 'utf8' })
  expect({ error, status, stderr }).toEqual({ error: undefined, status: 0, stderr: '' })
  return stdout
}

function skipWithout(shell: Shell, { skip }: Pick<TestContext, 'skip'>): void {
  skip(spawnSync(shell, ['--version']).error !== undefined, `${shell} is not installed here`)
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .toSorted()

/** What bash would offer for the last of these words, which are what bash makes of a line. */
function offeredByBash(...words: readonly string[]): string[] {
  const drive = `source ./script.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _forger; printf '%s\\n' "\${COMPREPLY[@]}"`
  return linesOf(run('bash', '--norc', '-c', drive, 'bash', 'forger', ...words))
}

/** What fish would offer at the end of a line, without descriptions. */
const offeredByFish = (line: string): string[] =>
  linesOf(run('fish', '--no-config', '-c', 'source ./script.fish; complete -C $argv[1]', `forger ${line}`)).map(
    (offer) => offer.replace(/\t.*/, ''),
  )

describe('completion', () => {
  it.for([
    ['bash', '-n'],
    ['zsh', '-n'],
    ['fish', '--no-execute'],
  ] as const)('is a script that %s can read', async ([shell, flag], context) => {
    skipWithout(shell, context)
    const { status, stdout } = await runForger(folder, 'completion', shell)
    expect({ status, lines: stdout.split('\n').length > 50 }).toEqual({ status: 0, lines: true })
    expect(run(shell, flag, `script.${shell}`)).toBe('')
  })

  it('is told to zsh by the script itself', (context) => {
    skipWithout('zsh', context)
    const drive =
      'ZDOTDIR=$PWD; autoload -Uz compinit; compinit -u; source ./script.zsh; print $_comps[forger] $+functions[_forger]'
    expect(run('zsh', '-f', '-c', drive)).toBe('_forger 1\n')
  })

  it('knows every command and every option that help knows', async (context) => {
    skipWithout('bash', context)
    const { stdout } = await runForger(folder, '--help')
    const commands = Array.from(stdout.split('Commands:')[1].matchAll(/^ {2}([a-z]+)/gm), ([, name]) => name)
    expect(commands).toEqual(expect.arrayContaining(['train', 'resume', 'sample', 'completion']))
    expect(offeredByBash('')).toEqual(commands.toSorted())
    for (const command of commands.filter((name) => name !== 'help')) {
      const help = (await runForger(folder, command, '--help')).stdout
      const options = Array.from(help.matchAll(/^ {2}(?:-[a-z], )?(--[a-z-]+)/gm), ([, name]) => name)
      expect(options.length).toBeGreaterThan(0)
      expect(offeredByBash(command, '--'), command).toEqual(options.toSorted())
    }
  })

  it('says how to install it in each shell, in a line', async () => {
    const { stdout } = await runForger(folder, 'completion', '--help')
    for (const shell of shells)
      expect(stdout).toMatch(new RegExp(`^ {2}${shell} .*forger completion ${shell}.*~/`, 'm'))
  })

  it('tells in a sentence which shells there are', async () => {
    expect(await runForger(folder, 'completion', 'bahs')).toEqual({
      status: 2,
      signal: null,
      stdout: '',
      stderr: 'error: Unknown shell "bahs"; did you mean "bash"? Known are bash, zsh, fish.\n',
    })
  })
})

describe('completion in bash', () => {
  it.for<[what: string, words: readonly string[], offered: readonly string[]]>([
    ['a command', ['tr'], ['train']],
    ['commands to be helped with', ['help', 're'], ['recipes', 'resume']],
    ['a recipe', ['recipes', 'ml'], ['mlp']],
    ['data', ['data', ''], allData],
    ['data behind an option', ['train', '--data', 'm'], ['mnist']],
    ['a device', ['train', '--device', ''], ['cpu', 'cuda', 'webgpu']],
    ['data behind an equals sign', ['train', '--data', '=', 'm'], ['mnist']],
    ['an equals sign alone', ['train', '--data', '='], allData],
    ['files of data', ['data', 'idx', ':', 'fi'], ['first-labels.idx', 'first.idx']],
    ['files behind an option', ['train', '--data', 'images', ':', 'fa'], ['faces']],
    ['files behind two marks', ['train', '--data', '=', 'npy', ':', 'op'], ['options.yaml']],
    ['the second file of data', ['data', 'idx', ':', 'first.idx,first-'], ['first.idx,first-labels.idx']],
    ['files where colons part no words', ['data', 'idx:first-'], ['idx:first-labels.idx']],
    ['folders of runs', ['resume', 'runs/'], ['runs/mlp-1', 'runs/my run']],
    ['folders behind options', ['resume', '--steps', '10', '--json', 'f'], ['faces']],
    ['files of options', ['train', '--options', 'op'], ['options.yaml']],
    ['shells', ['completion', ''], ['bash', 'fish', 'zsh']],
    ['parts of data', ['data', 'mnist', '--split', 't'], ['test', 'train']],
    ['nothing behind a number', ['train', '--steps', ''], []],
    ['nothing where there are enough words', ['data', 'mnist', ''], []],
    ['nothing for a command that is not there', ['tarin', '--'], []],
  ])('offers %s', ([_what, words, offered], context) => {
    skipWithout('bash', context)
    expect(offeredByBash(...words)).toEqual(offered)
  })
})

describe('completion in fish', () => {
  it.for<[line: string, offered: readonly string[]]>([
    ['tr', ['train']],
    ['data ', allData],
    ['train --data=im', ['--data=images:']],
    ['data idx:first.idx,first-', ['idx:first.idx,first-labels.idx']],
    ['resume --steps 10 runs/', ['runs/mlp-1/', 'runs/my run/']],
    ['train --options op', ['options.yaml']],
    ['train --steps ', []],
    ['data mnist ', []],
    ['train --learning-r', ['--learning-rate']],
  ])('offers for "%s" what there is', ([line, offered], context) => {
    skipWithout('fish', context)
    expect(offeredByFish(line)).toEqual(offered)
  })
})
